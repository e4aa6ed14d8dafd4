"""Where mail leaves the house: over SMTP, or into a folder of .eml files."""

from __future__ import annotations

import re
import secrets
import smtplib
import ssl
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

from forumapp.domain.mail.rules import is_dead

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

TIMEOUT = 30.0
PORTS = {"smtp": 25, "smtps": 465}
REFUSED_FOR_GOOD = 500
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class NotSent(Exception):
    """`fault` says why, for organizers. `permanent` where trying again cannot help; `connection` where the next mail
    would meet the same fault, `dead` where nobody can be reached at the address.
    """

    def __init__(self, fault: str, *, permanent: bool = False, connection: bool = False, dead: bool = False) -> None:
        super().__init__(fault)
        self.fault, self.permanent, self.connection, self.dead = fault, permanent, connection, dead


class Line(Protocol):
    """An open way out."""

    def send(self, mail: EmailMessage) -> None:
        """Raises NotSent."""


@contextmanager
def outlet(url: str) -> Iterator[Line]:
    """The way out that `url` names: `smtp://USER:PASSWORD@HOST:PORT`, `smtps://...` or `file:FOLDER`.

    Raises NotSent when it does not open.
    """
    if url.startswith("file:"):
        yield Folder(Path(url.removeprefix("file:")))
        return
    try:
        server = connected(url)
    except (OSError, smtplib.SMTPException) as error:  # refused, timed out, or not trusted
        raise NotSent(fault_of(error), connection=True) from error
    try:
        yield Smtp(server)
    finally:
        try:
            server.quit()
        except (OSError, smtplib.SMTPException):
            server.close()


def connected(url: str) -> smtplib.SMTP:
    """Encrypted wherever the server offers it; a password never goes over an open line to another machine."""
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port or PORTS[parts.scheme]
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT)
    try:
        server.ehlo()
        encrypted = parts.scheme == "smtps"
        if not encrypted and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
            encrypted = True
        if parts.username:
            _may_say_password(host, encrypted=encrypted)
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _may_say_password(host: str, *, encrypted: bool) -> None:
    if not encrypted and host not in LOOPBACK:
        raise smtplib.SMTPNotSupportedError("the server offers no encryption for the password")


class Smtp:
    def __init__(self, server: smtplib.SMTP) -> None:
        self._server = server

    def send(self, mail: EmailMessage) -> None:
        try:
            self._server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code, reply = next(iter(error.recipients.values()))
            text = reply_of(code, reply)
            dead = is_dead(code, text.partition(" ")[2])
            raise NotSent(text, permanent=code >= REFUSED_FOR_GOOD, dead=dead) from error
        except smtplib.SMTPDataError as error:
            permanent = error.smtp_code >= REFUSED_FOR_GOOD
            raise NotSent(fault_of(error), permanent=permanent) from error
        except (smtplib.SMTPNotSupportedError, UnicodeError) as error:  # an address the server cannot take
            raise NotSent(fault_of(error), permanent=True) from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent(fault_of(error), connection=True) from error


class Folder:
    """One .eml file a mail, named by its Message-ID, so that a second try replaces the first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, mail: EmailMessage) -> None:
        name = re.sub(r"[^\w.-]", "_", str(mail["Message-ID"]).strip("<>").partition("@")[0])
        draft = self._folder / f".{name}.{secrets.token_hex(4)}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(mail.as_bytes())
            draft.replace(self._folder / f"{name}.eml")
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise NotSent(fault_of(error), connection=True) from error


def fault_of(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return reply_of(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"


def reply_of(code: int, reply: bytes | str) -> str:
    text = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
    return f"{code} {' '.join(text.split())}"

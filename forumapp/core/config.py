"""Settings: read once from the environment, checked together, passed in."""

from __future__ import annotations

import os
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SHORTEST_SECRET = 32
SECONDS, MEGABYTES = 300, 1024
LEAST_MEGABYTES = 384  # what the typesetting programs hold before they begin, with a reserve


class ConfigError(Exception):
    """Names every bad setting at once, so that one start is enough to mend them all."""


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one installation. Paths and SQLite addresses are absolute."""

    database_url: str
    secret_key: str
    base_url: str
    mail_url: str
    storage_url: str
    data_dir: Path
    # The sender's address of every mail.
    mail_from: str = "forum@localhost"
    # Stable over restarts and different for each worker, so that a worker resumes its own work.
    worker_id: str = "worker-1"
    # Limits for rendering one part of a paper: CPU seconds and megabytes. 0 seconds means no limit.
    print_seconds: int = SECONDS
    print_megabytes: int = MEGABYTES
    # The number of trusted proxies, each of which appends its client's address to X-Forwarded-For.
    trusted_proxies: int = 0
    testing: bool = False

    @property
    def secure(self) -> bool:
        return self.base_url.startswith("https://")


def load_config(environ: Mapping[str, str], root: Path) -> Config:
    """Read the settings from `environ`; relative paths count from `root`. Raises ConfigError."""
    faults: list[str] = []
    data_dir = root / environ.get("FORUMAPP_DATA_DIR", "var")
    try:
        secret = environ.get("FORUMAPP_SECRET_KEY") or kept_secret(data_dir)
    except OSError as error:
        secret = ""
        faults.append(f"FORUMAPP_DATA_DIR: {error}")
    if len(secret) < SHORTEST_SECRET and not faults:
        faults.append(f"FORUMAPP_SECRET_KEY: at least {SHORTEST_SECRET} characters")
    database_url = environ.get("FORUMAPP_DATABASE_URL") or f"sqlite:///{data_dir / 'forumapp.sqlite'}"
    mail_url = environ.get("FORUMAPP_MAIL_URL") or f"file:{data_dir / 'outbox'}"
    storage_url = environ.get("FORUMAPP_STORAGE_URL") or f"file:{data_dir / 'files'}"
    base_url = (environ.get("FORUMAPP_BASE_URL") or f"http://127.0.0.1:{environ.get('PORT', '8000')}").rstrip("/")
    mail_from = environ.get("FORUMAPP_MAIL_FROM") or _default_sender(base_url)
    faults += [
        f"{name}: {why}"
        for name, why in (
            ("FORUMAPP_DATABASE_URL", _database_fault(database_url)),
            ("FORUMAPP_MAIL_URL", _scheme_fault(mail_url, ("smtp", "smtps", "file"))),
            ("FORUMAPP_STORAGE_URL", _scheme_fault(storage_url, ("file",))),
            ("FORUMAPP_BASE_URL", _scheme_fault(base_url, ("http", "https"))),
            ("FORUMAPP_MAIL_FROM", _address_fault(mail_from)),
        )
        if why
    ]
    seconds = _number(environ, "FORUMAPP_PRINT_SECONDS", SECONDS, 0, faults)
    megabytes = _number(environ, "FORUMAPP_PRINT_MEGABYTES", MEGABYTES, LEAST_MEGABYTES, faults)
    proxies = _number(environ, "FORUMAPP_TRUSTED_PROXIES", 0, 0, faults)
    if faults:
        raise ConfigError("\n".join(faults))
    return Config(
        database_url=_absolute_database(database_url, root),
        secret_key=secret,
        base_url=base_url,
        mail_url=_absolute_file(mail_url, root),
        storage_url=_absolute_file(storage_url, root),
        data_dir=data_dir,
        mail_from=mail_from,
        worker_id=environ.get("FORUMAPP_WORKER_ID") or f"{socket.gethostname()}-1",
        print_seconds=seconds,
        print_megabytes=megabytes,
        trusted_proxies=proxies,
    )


def kept_secret(data_dir: Path) -> str:
    """The key generated at the first start, stored with the data it protects and readable by its owner only.

    It appears whole or not at all, and of two processes that start together both get the one that was first.
    """
    path = data_dir / "secret-key"
    data_dir.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = data_dir / f".secret-key.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="ascii").strip()


def _number(environ: Mapping[str, str], name: str, usual: int, least: int, faults: list[str]) -> int:
    value = environ.get(name) or str(usual)
    if value.isascii() and value.isdigit() and int(value) >= least:
        return int(value)
    faults.append(f"{name}: a whole number, at least {least}")
    return usual


def _database_fault(url: str) -> str | None:
    if url.startswith(("sqlite:///", "postgresql+psycopg://")):
        return None
    return "begins with sqlite:/// or postgresql+psycopg://"


def _scheme_fault(url: str, schemes: tuple[str, ...]) -> str | None:
    return None if urlsplit(url).scheme in schemes else f"begins with one of {', '.join(schemes)}"


def _address_fault(address: str) -> str | None:
    local, at, host = address.rpartition("@")
    return None if local and at and host and address.isascii() and not address.count(" ") else "a mail address"


def _default_sender(base_url: str) -> str:
    host = urlsplit(base_url).hostname or ""
    return f"forum@{host}" if any(c.isalpha() for c in host) else "forum@localhost"


def _absolute_database(url: str, root: Path) -> str:
    """One absolute path for all: Flask-SQLAlchemy and DBOS resolve a relative one against different folders."""
    if not url.startswith("sqlite:///"):
        return url
    return f"sqlite:///{root / url.removeprefix('sqlite:///')}"


def _absolute_file(url: str, root: Path) -> str:
    return f"file:{root / url.removeprefix('file:')}" if url.startswith("file:") else url

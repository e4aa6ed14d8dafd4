"""A whole installation with the sample forum: server, worker, mail and console, each a process of its own."""

from __future__ import annotations

import email
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.policy import default
from typing import TYPE_CHECKING
from urllib.request import urlopen

from forumapp.core.paths import ROOT
from tests.conftest import share_made, to_be_made

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

EDITION = "ccbf-2023"
PATIENCE = 180.0  # of several that begin at once on a busy machine
PAUSE = 0.1
MEMBERS = """
    SELECT person.native_full, registration.id, person.id, ticket_code.short, delegation_member.id
    FROM delegation_member
    JOIN delegation ON delegation.id = delegation_member.delegation_id
    JOIN registration ON registration.id = delegation_member.registration_id
    JOIN person ON person.id = registration.person_id
    JOIN ticket_code ON ticket_code.registration_id = registration.id AND ticket_code.revoked_at IS NULL
    WHERE delegation.code = ? AND registration.status = 'confirmed'
"""


@dataclass(frozen=True)
class Member:
    """Someone of a delegation of the sample forum. No name of one delegation is, or is a part of, one of another."""

    name: str
    registration_id: int
    person_id: int
    code: str
    member_id: int


@dataclass(frozen=True)
class Installation:
    folder: Path
    port: int

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self, *words: str) -> str:
        """What the console prints."""
        return subprocess.run(self._command(*words), **self._surroundings(), check=True, stdout=subprocess.PIPE).stdout

    @contextmanager
    def running(self, *words: str) -> Iterator[None]:
        with (self.folder / f"{words[0]}.log").open("ab") as log:
            process = subprocess.Popen(self._command(*words), **self._surroundings(), stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE)

    def wait_for_mail(self, address: str) -> EmailMessage:
        """The mail to `address`, once the worker has sent it."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for path in (self.folder / "outbox").glob("*.eml"):
                mail = email.message_from_bytes(path.read_bytes(), policy=default)
                if mail["To"] == address:
                    return mail
            time.sleep(PAUSE)
        raise AssertionError(f"no mail to {address}")

    def wait_for_server(self) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                urlopen(f"{self.site}/healthz", timeout=5).close()
            except OSError:  # not there yet, or busy starting
                assert time.monotonic() < until, "the server does not start"
                time.sleep(PAUSE)
            else:
                return

    def rows(self, query: str, *values: str) -> list[tuple[int | str, ...]]:
        with closing(sqlite3.connect(self.folder / "forumapp.sqlite")) as connection:
            return list(connection.execute(query, values))

    def members(self, delegation: str) -> list[Member]:
        return [Member(*row) for row in self.rows(MEMBERS, delegation)]  # type: ignore[arg-type]  # as the query says

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "forumapp", *words]

    def _surroundings(self) -> dict[str, object]:
        others = {name: value for name, value in os.environ.items() if not name.startswith("FORUMAPP_")}
        own = {"FORUMAPP_DATA_DIR": str(self.folder), "FORUMAPP_BASE_URL": self.site}
        return {"cwd": ROOT, "env": others | own, "text": True}


def first_run(place: Installation, *options: str) -> str:
    """What `forumapp init` says, and in the folder what it makes. It is run once for all who begin with the same, in
    whichever process they are tried.
    """
    shared = place.folder.parent.parent if "PYTEST_XDIST_WORKER" in os.environ else place.folder.parent
    made = shared / "-".join(("installed", *options))
    said = made.with_suffix(".txt")
    with to_be_made(said) as is_missing:
        if is_missing:
            made.mkdir()
            share_made(made)
            said.write_text(Installation(made, place.port).run("init", *options))
    shutil.copytree(made, place.folder, symlinks=True, dirs_exist_ok=True)
    return said.read_text()


@contextmanager
def installed(folder: Path, *options: str) -> Iterator[tuple[Installation, list[str]]]:
    """An installation that runs, and its owner's address and password. `options` are those of `forumapp init`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = Installation(folder, free.getsockname()[1])
    sign_in = re.search(r"sign-in: (\S+) / (\S+)", first_run(place, *options))
    assert sign_in
    with place.running("serve", "--port", str(place.port)), place.running("worker"):
        place.wait_for_server()
        yield place, list(sign_in.groups())

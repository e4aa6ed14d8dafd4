"""`forumapp worker`, `forumapp serve`"""

from __future__ import annotations

import os
import sys

import click
from flask import current_app

from forumapp.core.paths import ROOT

# Whoever waits to write keeps a thread; among few of them, the busier process would make everyone wait longer.
THREADS = "32"
WORKERS = "2"


@click.command()
def worker() -> None:
    """Do the background work: print, send mail. Ends at SIGTERM, after what is in hand."""
    from forumapp.worker.main import run  # late: it brings the whole of printing, which other commands do without

    run(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 (Flask's own way to the app)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, envvar="PORT", show_default=True, help="Port to listen on.")
@click.option("--workers", default=WORKERS, show_default=True, help="Processes.")
@click.option("--threads", default=THREADS, envvar="THREADS", show_default=True, help="Threads of each process.")
def serve(host: str, port: int, workers: str, threads: str) -> None:
    """Serve the pages and the API with gunicorn."""
    os.chdir(ROOT)
    arguments = [
        *("--bind", f"{host}:{port}", "--workers", workers, "--threads", threads),
        *("--graceful-timeout", "10", "--limit-request-line", "8190", "wsgi:app"),
    ]
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *arguments])  # noqa: S606 (our own arguments)

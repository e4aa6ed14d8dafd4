"""Worker processes, as they run beside the site."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from forumapp.core.paths import ROOT

PATIENCE = 180.0  # seconds, on a machine with much else to do


class Workers:
    """Worker processes on the test's own database and storage."""

    def __init__(self, app, url, folder):
        config = app.extensions["forumapp.config"]
        self._environ = os.environ | {
            "FORUMAPP_DATABASE_URL": url,
            "FORUMAPP_DATA_DIR": str(folder),
            "FORUMAPP_STORAGE_URL": config.storage_url,
            "FORUMAPP_MAIL_URL": config.mail_url,
            "FORUMAPP_SECRET_KEY": config.secret_key,
        }
        self._folder = folder
        self._running = []

    def start(self, name, *command, **limits):
        """With `command` in place of the product's own."""
        log = (self._folder / f"{name}.log").open("ab")
        process = subprocess.Popen(
            [sys.executable, *(command or ("-m", "forumapp")), "worker"],
            env=self._environ | {"FORUMAPP_WORKER_ID": name} | limits,
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        log.close()
        self._running.append(process)
        return process

    def end_all(self):
        for process in self._running:
            if process.poll() is None:
                process.kill()
            process.wait()


def wait_for(condition, what):
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(0.02)

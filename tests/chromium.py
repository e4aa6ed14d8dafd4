"""The Chromium of this machine."""

from __future__ import annotations

import shutil


def program() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

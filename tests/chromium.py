"""The Chromium of this machine."""

from __future__ import annotations

import shutil


def find_chromium() -> str | None:
    """The whole browser, with its PDF viewer."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def find_headless_shell() -> str | None:
    """The same engine without the browser around it, at half the CPU for a page; where there is none, the browser."""
    return shutil.which("chromium-headless-shell") or shutil.which("chrome-headless-shell") or find_chromium()

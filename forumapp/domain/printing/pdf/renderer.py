"""What papers are made by, as jobs and letters note it."""

from __future__ import annotations

from importlib.metadata import version

RENDERER = f"weasyprint {version('weasyprint')}"

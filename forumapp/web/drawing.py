"""Paper that a request hands over at once: made in a process of its own, within limits of time and memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app

from forumapp.domain.printing.previews.previews import Drawn

if TYPE_CHECKING:
    from pathlib import Path

    from forumapp.core.serving.render_pool import Workshop


def workshop() -> Workshop:
    pool: Workshop = current_app.extensions["forumapp.workshop"]
    return pool


def lookers() -> Workshop:
    """The render pool for preflights. Its work raises AllAtWork when too many wait."""
    pool: Workshop = current_app.extensions["forumapp.lookers"]
    return pool


def fonts() -> Path:
    folder: Path = current_app.extensions["forumapp.config"].data_dir / "fonts"
    return folder


def drawn(name: str, *arguments: Any, **options: Any) -> bytes:
    """Call the function of `printing.previews.pages` with that name in the pool. Raises TookTooLong and TookTooMuch."""
    made: bytes = workshop().run(Drawn(name, *arguments, **options, folder=fonts()))
    return made

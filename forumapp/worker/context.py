"""The application in which the worker's threads and workflows work."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

_bound: list[Flask] = []


def bind(app: Flask) -> None:
    """Workflows are found by name in this process and get plain ids alone, so the application waits for them here."""
    _bound[:] = [app]


@contextmanager
def in_app() -> Iterator[Flask]:
    """An application context of the calling thread's own: its database session ends with it."""
    (app,) = _bound
    with app.app_context():
        yield app

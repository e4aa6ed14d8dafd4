"""Puts the parts together. The only module that knows all of them, and the only one that builds the application."""

from __future__ import annotations

import gc
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from flask import Flask, request

from forumapp import api, web
from forumapp.core.database.db import CONNECT, db, set_up_engine
from forumapp.core.database.transactions import let_go
from forumapp.core.files.preview_cache import Rack
from forumapp.core.files.storage import storage_at
from forumapp.core.logs import logger, set_up_logs
from forumapp.core.paths import ROOT
from forumapp.core.sealed_fields import Seals
from forumapp.core.serving.render_pool import Limits, Workshop
from forumapp.core.tokens import Links
from forumapp.domain.people.names.spellings import load_readings
from forumapp.domain.printing.previews.previews import Drawn
from forumapp.web.address_builders import LateRule

if TYPE_CHECKING:
    from collections.abc import Callable

    from forumapp.core.config import Config

# Importing a domain's models makes its tables known; relationships between them need all of them.
for _domain in (
    "audit", "jobs", "mail", "accounts", "images", "people", "forums", "agenda", "registration", "delegations",
    "proofs", "printing", "checkin", "letters", "publishing", "importing", "retention",
):  # fmt: skip
    import_module(f"forumapp.domain.{_domain}.models")

PATIENCE = 20  # seconds until whoever wants a paper looked through is told that others do
AT_ONCE = 2  # so that nobody waits for their ticket behind a large preview
OF_A_PRINT = 10  # whoever looks at a page waits for a tenth of what a print may take
LARGEST_BODY = 16 * 1024 * 1024
LARGEST_TEXT = 4 * 1024 * 1024  # of a form: thousands of rows, pasted


class Application(Flask):
    """Its views and handlers are plain functions: that none is a coroutine need not be found out at each call."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func

    def log_exception(self, exc_info: Any) -> None:
        """By endpoint and never by address: addresses hold personal links."""
        method, endpoint = (request.method, request.endpoint) if request else ("", "")
        logger("web").error("request-failed", method=method, endpoint=endpoint, exc_info=exc_info)


def create_app(config: Config) -> Flask:
    """The application for `config`. Reads no environment and starts nothing."""
    set_up_logs()
    app = Application("forumapp", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.url_rule_class = LateRule
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_TEXT,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    settle(app, config)
    db.init_app(app)
    with app.app_context():
        set_up_engine(db.engine)
    web.register(app)
    api.register(app)
    app.before_request(load_before_writing)
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
    return app


def load_before_writing() -> None:
    """Not at the start of a process, which it would slow down, and not within the transaction of the request."""
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        load_readings()


def settle(app: Flask, config: Config) -> None:
    """Everything that differs from one installation to another, but for the engine."""
    app.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(config),
        SESSION_COOKIE_SECURE=config.secure,
        TESTING=config.testing,
    )
    app.extensions["forumapp.config"] = config
    app.extensions["forumapp.links"] = Links(config.secret_key)
    app.extensions["forumapp.seals"] = Seals(config.secret_key)
    app.extensions["forumapp.storage"] = storage_at(config.storage_url)
    app.extensions["forumapp.again"] = partial(create_app, config)  # for processes of their own
    app.extensions["forumapp.workshop"] = workshop(config, places=AT_ONCE)
    app.extensions["forumapp.lookers"] = workshop(config, places=1, patience=PATIENCE)
    app.extensions["forumapp.previews"] = Rack(config.data_dir / "previews")


def workshop(config: Config, *, places: int, patience: float | None = None) -> Workshop:
    """Where requests and mails have pages of paper drawn, or papers looked through: those who wait for a badge at the
    desk wait for no such look, which may take long.
    """
    seconds = -(-config.print_seconds // OF_A_PRINT)
    limits = Limits(seconds, config.print_megabytes) if seconds else None
    begins = Drawn("get_ready", config.data_dir / "fonts")
    loads = ("forumapp.domain.printing.previews.pages", "forumapp.domain.printing.engine.preload", "pypdfium2")
    how: dict[str, Any] = {"begins": begins, "patience": patience, "lets_go": let_go}
    return Workshop(limits, places=places, loads=loads, **how)


def engine_options(config: Config) -> dict[str, object]:
    """Connections for gunicorn's threads.

    An error of the database names no values of its statement: they are people's, and errors end in logs.
    """
    if config.database_url.startswith("sqlite"):
        return {"pool_size": 32, "hide_parameters": True}
    return {"pool_size": 20, "max_overflow": 0, "hide_parameters": True, "connect_args": dict(CONNECT)}

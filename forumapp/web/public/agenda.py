"""The agenda as last published: a page, and the same for programs and calendars."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, url_for

from forumapp.core.errors import NotFound
from forumapp.core.text import pick
from forumapp.core.transactions import reading
from forumapp.domain.agenda.queries import latest_version, public_agenda
from forumapp.web.frame import pages
from forumapp.web.language import language
from forumapp.web.public import program
from forumapp.web.public.calendar import calendar
from forumapp.web.public.published import CALENDAR, HTML, JSON, answer
from forumapp.web.public.site import edition_named, render

if TYPE_CHECKING:
    from forumapp.core.config import Config

blueprint = pages("agenda", __name__)


@blueprint.get("/<slug>/agenda")
def page(slug: str) -> Response:
    def make() -> str:
        edition = edition_named(slug)
        version = latest_version(reading(), edition.id)
        days = program.days(public_agenda(version), edition.zone) if version else []
        return render("public/agenda/page.html", edition, "agenda", version=version, days=days)

    return answer(slug, "agenda", HTML, make)


@blueprint.get("/<slug>/agenda.json")
def as_json(slug: str) -> Response:
    def make() -> str:
        edition = edition_named(slug)
        version = latest_version(reading(), edition.id)
        if version is None:
            raise NotFound(entity="agenda_version")
        body: dict[str, Any] = {
            "edition": edition.slug,
            "name": edition.name,
            "zone": edition.zone,
            "version": version.number,
            "label": version.label,
            "published_at": version.published_at.isoformat(),
            "sha256": version.sha256,
            **public_agenda(version),
        }
        return json.dumps(body, ensure_ascii=False)

    return answer(slug, "json", JSON, make)


@blueprint.get("/<slug>/agenda.ics")
def as_calendar(slug: str) -> Response:
    def make() -> bytes:
        edition = edition_named(slug)
        version = latest_version(reading(), edition.id)
        if version is None:
            raise NotFound(entity="agenda_version")
        config: Config = current_app.extensions["forumapp.config"]
        return calendar(
            program.list_sessions(public_agenda(version), edition.zone),
            slug=edition.slug,
            name=pick(edition.name, language()),
            address=config.base_url + url_for("agenda.page", slug=slug),
            language=language(),
            version=version.number,
            published_at=version.published_at,
        )

    response = answer(slug, "ics", CALENDAR, make)
    response.headers["Content-Disposition"] = f'inline; filename="{slug}.ics"'
    return response

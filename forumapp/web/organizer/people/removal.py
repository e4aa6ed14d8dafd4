"""Remove unused people and organizations, or list with links what uses them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app, render_template, url_for
from flask_babel import gettext as _

from forumapp.core.database.transactions import reading
from forumapp.domain.accounts.access import access_to, list_editions_of
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.forums.queries import list_editions
from forumapp.domain.people.duplicates import removal
from forumapp.domain.people.queries import get_organization, get_person
from forumapp.domain.people.records.services import name_of
from forumapp.schemas.choices import Kept
from forumapp.web.organizer.history.log_words import record_words
from forumapp.web.organizer.kit.display import full_name
from forumapp.web.organizer.kit.guard import blueprint, needs, needs_of
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed
from forumapp.web.wording.words import t

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from markupsafe import Markup
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.people.duplicates.removal import Use

SECTION = "people"
# By table: the page of an edition that shows what refers to a record.
PLACES = {
    "content_page": "organizer.pages",
    "delegation": "organizer.delegations",
    "edition_host": "organizer.hosts",
    "edition_title": "organizer.people",
    "itinerary_item": "organizer.delegations",
    "proof_entry": "organizer.name_proofs",
    "registration": "organizer.registrations",
    "role_assignment": "organizer.agenda",
    "speaker": "organizer.speakers",
}


@dataclass(frozen=True, slots=True)
class UseLine:
    """A record that refers to another. `edition` is its name, or nothing if the reader does not work on it."""

    kind: str
    count: int
    is_of_edition: bool
    edition: Markup | str
    url: str


@blueprint.post("/<edition>/people/<id:person_id>/remove")
@needs(Permission.EDIT_PEOPLE, everywhere=True)
def remove_person(person_id: int) -> ResponseReturnValue:
    here = url_for("organizer.person", person_id=person_id)
    return _remove(Kept.PERSON, person_id, _("The person has been removed."), url_for("organizer.people"), here)


@blueprint.post("/<edition>/organizations/<id:organization_id>/remove")
@needs(Permission.EDIT_PEOPLE, everywhere=True)
def remove_organization(organization_id: int) -> ResponseReturnValue:
    here, away = url_for("organizer.organization", organization_id=organization_id), url_for("organizer.organizations")
    return _remove(Kept.ORGANIZATION, organization_id, _("The organization has been removed."), away, here)


def _remove(kind: Kept, row_id: int, words: str, away: str, here: str) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        return removal.remove_kept(db, kind, row_id, version=version or 0, actor=actor(), now=now)

    return removed(remove, words, away, kept=here, used=lambda: _in_use(kind, row_id, here))


def _in_use(kind: Kept, row_id: int, here: str) -> ResponseReturnValue:
    db = reading()
    uses = removal.uses_of(db, kind, row_id)
    mine = {row.id: row for row in list_editions(db, list_editions_of(db, actor=actor()))}
    name, search = _names(db, kind, row_id)
    page = render_template(
        "organizer/people/in_use.html",
        section=SECTION,
        name=name,
        uses=[_line(use, mine.get(use.edition_id or 0), here, search) for use in uses],
        back=here,
    )
    return page, 409


def _names(db: DbSession, kind: Kept, row_id: int) -> tuple[Markup | str, str]:
    """How the record is called, and a word by which lists find it."""
    if kind is Kept.PERSON:
        name = name_of(get_person(db, row_id))
        return full_name(name), name.latin or name.native_full
    row = get_organization(db, row_id)
    return t(row.short or row.legal), ""


def _line(use: Use, event: Edition | None, here: str, search: str) -> UseLine:
    url = _place(use.table, event, search) if event else ""
    if use.edition_id is None:
        url = here
    return UseLine(record_words(use.table), use.count, use.edition_id is not None, t(event.name) if event else "", url)


def _place(table: str, event: Edition, search: str) -> str:
    endpoint = PLACES.get(table, "")
    asked = needs_of(current_app, endpoint)
    if asked is None or not asked.lets(access_to(reading(), event.id, actor=actor()), "GET"):
        return ""
    query: dict[str, Any] = {"search": search} if search and table in ("registration", "edition_title") else {}
    return url_for(endpoint, edition=event.slug, **query)

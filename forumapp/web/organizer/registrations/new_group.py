"""Enter a group registration for its contact, from an email or on paper."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.registration.errors import FewerPlaces
from forumapp.domain.registration.groups.services import register_group
from forumapp.domain.registration.lists.queries import get_type, list_types
from forumapp.domain.registration.rules import MOST_IN_GROUP, RegistrationStatus
from forumapp.schemas.choices import Source
from forumapp.schemas.groups import GroupPersonSchema
from forumapp.schemas.messages import refusal_words
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.registrations.new_registration import SECTION
from forumapp.web.public.groups.new_group import (
    first_values,
    form_key,
    group_controls,
    most_waiting,
    read_contact,
    shown_free_spots,
)
from forumapp.web.public.registration.forms import received, several_applicants, together
from forumapp.web.public.registration.names import spelled
from forumapp.web.public.registration.several_people import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.models import RegistrationType
    from forumapp.web.public.registration.forms import Again, Spellings

DECIDE = Permission.DECIDE_REGISTRATIONS
NEW = "/<edition>/groups/new"
OF_TYPE = f"{NEW}/<code>"


@blueprint.get(NEW)
@needs(DECIDE, everywhere=True)
def new_group() -> ResponseReturnValue:
    """Choose the type first, because each has its own questions; with a single type, go to the form."""
    types = list_types(reading(), edition().id)
    if len(types) == 1:
        return redirect(url_for("organizer.new_group_of", code=types[0].code))
    return render_template("organizer/groups/types.html", section=SECTION, types=types)


@blueprint.get(OF_TYPE)
@needs(DECIDE, everywhere=True)
def new_group_of(code: str) -> str:
    return shown(type_here(code))(first_values(), {})


@blueprint.post(OF_TYPE)
@needs(DECIDE, everywhere=True)
def create_group(code: str) -> ResponseReturnValue:
    kind = type_here(code)

    def take(db: DbSession, sent: list[Any]) -> tuple[int, list[RegistrationStatus]]:
        contact, people = sent
        by: Any = {"source": Source.MANUAL, "actor": actor(), "now": clock.now()}
        once: Any = {"form_key": form_key(), "most_waiting": most_waiting(len(people))}
        row, placed = register_group(db, kind.edition_id, kind.code, contact, people, **by, **once)
        return row.id, [registration.status for registration in placed]

    read = together(read_contact, several_applicants(kind, PEOPLE, GroupPersonSchema))
    messages = {FewerPlaces: refusal_words(FewerPlaces.code)}
    group_id, stand = received(kind, shown(kind), read, take, messages=messages, parts=PEOPLE)
    flash(*outcome(stand))
    return redirect(url_for("organizer.registration_group", group_id=group_id), 303)


def outcome(stand: Sequence[RegistrationStatus]) -> tuple[str, str]:
    if RegistrationStatus.APPLIED in stand:
        words = ngettext("%(num)s request is entered.", "%(num)s requests are entered.", len(stand))
        rest = _("They are decided on like any other.")
        return f"{words} {rest}", "ok"
    words = ngettext("%(num)s person is registered.", "%(num)s people are registered.", len(stand))
    if not (waiting := stand.count(RegistrationStatus.WAITLISTED)):
        return words, "ok"
    on = ngettext("%(num)s of them is on the waitlist.", "%(num)s of them are on the waitlist.", waiting)
    return f"{words} {on}", "warn"


@blueprint.post(f"{OF_TYPE}/people")
@needs(DECIDE, everywhere=True)
def edit_new_group(code: str) -> str:
    """Render the form with one person more or fewer, or with a spelling. Nothing is saved."""
    kind = type_here(code)
    return spelled(kind, shown(kind), PEOPLE, MOST_IN_GROUP)


def type_here(code: str) -> RegistrationType:
    return get_type(reading(), edition().id, code)


def shown(kind: RegistrationType) -> Again:
    return partial(_page, kind)


def _page(
    kind: RegistrationType,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    spellings: Spellings = MappingProxyType({}),
) -> str:
    contact = {
        "contact.name": _("Full name"),
        "contact.email": _("E-mail address"),
        "contact.phone": _("Phone"),
        "language": _("Language of our mails"),
        "people": _("People"),
        "consent": _("Privacy notice"),
    }
    return render_template(
        "organizer/groups/new.html",
        section=SECTION,
        type=kind,
        free=None if kind.needs_approval else shown_free_spots(kind),
        **group_controls(kind, values, errors, spellings, contact),
    )

"""Registering several people as their contact: one form, each of them in a part of it."""

from __future__ import annotations

import secrets
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from flask import redirect, request, session, url_for
from flask_babel import gettext as _
from marshmallow import ValidationError

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.serving.rate_limits import REGISTERING, SUGGESTIONS, is_local, limited, limiter
from forumapp.core.tokens import hashed
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.text import LANGUAGES
from forumapp.domain.registration.consent_queries import asked_consents
from forumapp.domain.registration.errors import FewerPlaces
from forumapp.domain.registration.groups.services import register_group
from forumapp.domain.registration.lists.queries import free_places
from forumapp.domain.registration.rules import MOST_IN_GROUP, Contact, Source, counted_people
from forumapp.schemas.groups import ContactSchema, GroupPersonSchema
from forumapp.schemas.messages import refusal_words
from forumapp.schemas.registration import faults_by_field
from forumapp.web.public.registration.forms import controls, received, several_applicants, together, usual_values
from forumapp.web.public.registration.names import spelled
from forumapp.web.public.registration.registration import (
    GROUP_SESSION_KEY,
    SESSION_KEY,
    blueprint,
    check_your_email,
    confirmation_values,
    offered,
)
from forumapp.web.public.registration.several_people import PEOPLE, fit_into_cookie, people_sent
from forumapp.web.public.site import VISITOR, edition_named, render
from forumapp.web.wording.language import OWN_NAMES, language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession
    from werkzeug.datastructures import MultiDict

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.registration.models import RegistrationType
    from forumapp.web.public.registration.forms import Again, Spellings

# Controls that nobody types into.
UNTYPED = frozenset({"csrf_token", "free"})


@blueprint.get("/<slug>/register/<code>/group")
def group(slug: str, code: str) -> str:
    edition, kind = offered(slug, code)
    return shown(edition, kind)(first_values(), {})


@blueprint.post("/<slug>/register/<code>/group")
@limited(REGISTERING.counting(lambda: counted_people(people_sent(PEOPLE))))
def send_group(slug: str, code: str) -> ResponseReturnValue:
    edition, kind = offered(slug, code)

    def take(db: DbSession, sent: list[Any]) -> dict[str, Any]:
        contact, people = sent
        by: Any = {"source": Source.FORM, "actor": VISITOR, "now": clock.now()}
        once: Any = {"form_key": form_key(), "most_waiting": most_waiting(len(people))}
        _row, placed = register_group(db, edition.id, kind.code, contact, people, **by, **once)
        names = [person.name.shown(language()) for person in people]
        stand = [person_placed.status.value for person_placed in placed]
        confirm = confirmation_values(placed)
        return fit_into_cookie(zip(names, stand, strict=False), slug=slug, email=contact.email, **confirm)

    read = together(read_contact, several_applicants(kind, PEOPLE, GroupPersonSchema))
    messages = {FewerPlaces: refusal_words(FewerPlaces.code)}
    session.pop(SESSION_KEY, None)
    session[GROUP_SESSION_KEY] = received(kind, shown(edition, kind), read, take, messages=messages, parts=PEOPLE)
    return redirect(url_for(".group_done", slug=slug), 303)


@blueprint.post("/<slug>/register/<code>/group/people")
@limiter.limit(SUGGESTIONS, exempt_when=is_local)
def edit_group(slug: str, code: str) -> str:
    """The form again with one person more or fewer, or with a spelling. Nothing is saved."""
    edition, kind = offered(slug, code)
    return spelled(kind, shown(edition, kind), PEOPLE, MOST_IN_GROUP)


@blueprint.get("/<slug>/registered-group")
def group_done(slug: str) -> ResponseReturnValue:
    """Each person's status. People already registered look like newcomers; everything else goes by mail."""
    edition = edition_named(slug)
    result = session.get(GROUP_SESSION_KEY)
    if not result or result["slug"] != slug:
        return redirect(url_for(".choose", slug=slug))
    if "confirm_by" in result:
        return check_your_email(edition, result)
    return render("public/groups/done.html", edition, "registration", people=result["people"], email=result["email"])


def read_contact(given: MultiDict[str, str]) -> Contact:
    """Raises ValidationError."""
    sent = {name: text for name in ("name", "email", "phone") if (text := given.get(f"contact.{name}"))}
    faults: dict[str, Any] = {} if given.get("consent") else {"consent": ["must-agree"]}
    try:
        contact: dict[str, Any] = ContactSchema().load(sent)
    except ValidationError as error:
        raise ValidationError({**_of_contact(error), **faults}) from error
    if faults:
        raise ValidationError(faults)
    spoken = given.get("language")
    return Contact(
        **{**contact, "phone": contact["phone"] or None}, language=spoken if spoken in LANGUAGES else language()
    )


def _of_contact(error: ValidationError) -> dict[str, Any]:
    return {f"contact.{name}": [fault] for name, fault in faults_by_field(error).items()}


def form_key() -> str | None:
    """A key of the form and its values: sending it twice registers nobody twice, while going back and naming other
    people registers them too.
    """
    typed = sorted(pair for pair in request.form.items(multi=True) if pair[0] not in UNTYPED)
    return hashed(repr(typed)) if request.form.get("form_key") else None


def most_waiting(people: int) -> int | None:
    """How many may join the waitlist without a warning, from the number of free spots that the form showed."""
    free = request.form.get("free")
    return 0 if not free else max(0, people - request.form.get("free", 0, whole_number))


def shown_free_spots(kind: RegistrationType) -> int | None:
    """The free spots, capped at the largest group, which hides how many others register."""
    free = free_places(reading(), kind)
    return None if free is None else min(free, MOST_IN_GROUP)


def shown(edition: Edition, kind: RegistrationType) -> Again:
    return partial(_page, edition, kind)


def _page(
    edition: Edition,
    kind: RegistrationType,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    spellings: Spellings = MappingProxyType({}),
) -> str:
    contact = {
        "contact.name": _("Your name"),
        "contact.email": _("Your e-mail"),
        "contact.phone": _("Your phone"),
        "language": _("Language of our mails"),
        "people": _("The people whom you register"),
    }
    return render(
        "public/groups/form.html",
        edition,
        "registration",
        type=kind,
        free=None if kind.needs_approval else shown_free_spots(kind),
        **group_controls(kind, values, errors, spellings, contact),
    )


def group_controls(
    kind: RegistrationType,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    spellings: Spellings,
    contact: Mapping[str, str],
) -> dict[str, Any]:
    """The variables of a group form's template. `contact` labels the fields of the contact."""
    asked = controls(kind, values, errors, spellings, parts=PEOPLE)
    return {
        **asked,
        "labels": {**asked["labels"], **contact},
        "values": values,
        "errors": errors,
        "most": MOST_IN_GROUP,
        "consents": asked_consents(reading(), kind.edition_id),
        "spoken": [(code, OWN_NAMES[code]) for code in LANGUAGES],
    }


def first_values() -> dict[str, Any]:
    """The form's initial values: a new key, and one person."""
    first = {f"{PEOPLE}.0.{name}": text for name, text in usual_values().items()}
    return {"language": language(), "form_key": secrets.token_urlsafe(24), **first}

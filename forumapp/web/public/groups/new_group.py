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
    TOLD,
    TOLD_OF_GROUP,
    blueprint,
    check_your_email,
    confirmation_told,
    offered,
)
from forumapp.web.public.registration.several_people import PEOPLE, people_sent, told_in_cookie
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

# Of the form, what nobody has typed.
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
        stand = [one.status.value for one in placed]
        confirm = confirmation_told(placed)
        return told_in_cookie(zip(names, stand, strict=False), slug=slug, email=contact.email, **confirm)

    read = together(read_contact, several_applicants(kind, PEOPLE, GroupPersonSchema))
    told = {FewerPlaces: refusal_words(FewerPlaces.code)}
    session.pop(TOLD, None)
    session[TOLD_OF_GROUP] = received(kind, shown(edition, kind), read, take, told=told, parts=PEOPLE)
    return redirect(url_for(".group_done", slug=slug), 303)


@blueprint.post("/<slug>/register/<code>/group/people")
@limiter.limit(SUGGESTIONS, exempt_when=is_local)
def edit_group(slug: str, code: str) -> str:
    """The form again with one person more or fewer, or with a spelling. Nothing is saved."""
    edition, kind = offered(slug, code)
    return spelled(kind, shown(edition, kind), PEOPLE, MOST_IN_GROUP)


@blueprint.get("/<slug>/registered-group")
def group_done(slug: str) -> ResponseReturnValue:
    """How each stands: the same of whoever was registered already as of a newcomer. All else goes by mail."""
    edition = edition_named(slug)
    told = session.get(TOLD_OF_GROUP)
    if not told or told["slug"] != slug:
        return redirect(url_for(".choose", slug=slug))
    if "confirm_by" in told:
        return check_your_email(edition, told)
    return render("public/groups/done.html", edition, "registration", people=told["people"], email=told["email"])


def read_contact(given: MultiDict[str, str]) -> Contact:
    """Raises ValidationError."""
    sent = {name: text for name in ("name", "email", "phone") if (text := given.get(f"contact.{name}"))}
    faults: dict[str, Any] = {} if given.get("consent") else {"consent": ["must-agree"]}
    try:
        found: dict[str, Any] = ContactSchema().load(sent)
    except ValidationError as error:
        raise ValidationError({**_of_contact(error), **faults}) from error
    if faults:
        raise ValidationError(faults)
    spoken = given.get("language")
    return Contact(**{**found, "phone": found["phone"] or None}, language=spoken if spoken in LANGUAGES else language())


def _of_contact(error: ValidationError) -> dict[str, Any]:
    return {f"contact.{name}": [fault] for name, fault in faults_by_field(error).items()}


def form_key() -> str | None:
    """Which a form carries, with what was typed into it: sending it twice registers nobody twice, and whoever goes back
    and names somebody else has registered them, too.
    """
    typed = sorted(one for one in request.form.items(multi=True) if one[0] not in UNTYPED)
    return hashed(repr(typed)) if request.form.get("form_key") else None


def most_waiting(people: int) -> int | None:
    """How many may join the waitlist without being told so first: the form has said how many places were free."""
    told = request.form.get("free")
    return 0 if not told else max(0, people - request.form.get("free", 0, whole_number))


def places_told(kind: RegistrationType) -> int | None:
    """No more than can be named at once: how many others have registered since is nobody's to count."""
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
        free=None if kind.needs_approval else places_told(kind),
        **group_controls(kind, values, errors, spellings, contact),
    )


def group_controls(
    kind: RegistrationType,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    spellings: Spellings,
    contact: Mapping[str, str],
) -> dict[str, Any]:
    """What the template of a group's form needs, whoever fills it in; `contact` names the fields of the contact."""
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
    """With what the form begins: a key of its own, and one person."""
    first = {f"{PEOPLE}.0.{name}": text for name, text in usual_values().items()}
    return {"language": language(), "form_key": secrets.token_urlsafe(24), **first}

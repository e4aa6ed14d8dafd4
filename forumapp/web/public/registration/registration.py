"""Registering: choose a type, fill in its form, see the result."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import redirect, request, session, url_for
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.serving.rate_limits import REGISTERING, SUGGESTIONS, in_turn, is_local, limited, limiter
from forumapp.core.values.text import masked_email
from forumapp.domain.registration.errors import NoPlusOnesLeft, RegistrationClosed
from forumapp.domain.registration.groups.plus_ones import register_with
from forumapp.domain.registration.lists.queries import full_types, get_type, list_types
from forumapp.domain.registration.rules import RegistrationStatus, Source, counted_people
from forumapp.schemas.messages import refusal_words
from forumapp.schemas.registration import PlusOneSchema
from forumapp.web.frame import pages
from forumapp.web.public.registration.forms import (
    an_applicant,
    hold_frames,
    received,
    several_applicants,
    show,
    suggested_organizations,
    together,
    usual_values,
)
from forumapp.web.public.registration.several_people import PLUS_ONES, fit_into_cookie, people_sent
from forumapp.web.public.site import VISITOR, edition_named, is_taking, render
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.registration.models import RegistrationType
    from forumapp.domain.registration.rules import Placed
    from forumapp.web.public.registration.forms import Again

blueprint = pages("registration", __name__)
blueprint.after_request(hold_frames)
# Session keys of the result for someone who has just registered, alone or as a group.
SESSION_KEY, GROUP_SESSION_KEY = "registered", "group"
OUTCOMES = {
    RegistrationStatus.CONFIRMED: (
        _l("You are registered"),
        _l("You have a place. We look forward to seeing you."),
    ),
    RegistrationStatus.WAITLISTED: (
        _l("You are on the waitlist"),
        _l("All places are taken. As soon as one is free for you, we write to you."),
    ),
    RegistrationStatus.APPLIED: (
        _l("We have your request"),
        _l("The organizer decides on it and writes to you."),
    ),
}


@blueprint.get("/<slug>/register")
def choose(slug: str) -> ResponseReturnValue:
    """The types that are open; the form itself where there is only one."""
    edition = edition_named(slug)
    all_types = list_types(reading(), edition.id) if is_taking(edition) else []
    types = [kind for kind in all_types if kind.is_open]
    if len(types) == 1:
        return redirect(url_for(".form", slug=slug, code=types[0].code))
    values = {"full": full_types(reading(), types), "by_invitation": any(kind.by_invitation for kind in all_types)}
    return render("public/registration/choose.html", edition, "registration", types=types, **values)


@blueprint.get("/<slug>/register/<code>")
def form(slug: str, code: str) -> ResponseReturnValue:
    edition, kind = offered(slug, code)
    return shown(edition, kind)(usual_values(), {})


def shown(edition: Edition, kind: RegistrationType) -> Again:
    """The form, with its plus-ones."""
    return partial(show, edition, kind, parts=PLUS_ONES)


@blueprint.post("/<slug>/register/<code>")
@limited(REGISTERING.counting(lambda: counted_people(1 + people_sent(PLUS_ONES))))
@in_turn
def send(slug: str, code: str) -> ResponseReturnValue:
    edition, kind = offered(slug, code)

    def take(db: DbSession, people: list[Any]) -> dict[str, Any]:
        by: Any = {"source": Source.FORM, "language": language(), "actor": VISITOR, "now": clock.now()}
        placed = register_with(db, edition.id, kind.code, *people, **by)
        first, *others = (result.status.value for result in placed)
        plus_ones = [(each.name.shown(language()), status) for each, status in zip(people[1], others, strict=True)]
        confirm = confirmation_values(placed)
        return fit_into_cookie(plus_ones, slug=slug, code=code, status=first, email=people[0].email, **confirm)

    read = together(an_applicant(kind), several_applicants(kind, PLUS_ONES, PlusOneSchema))
    messages = {NoPlusOnesLeft: refusal_words(NoPlusOnesLeft.code)}
    session.pop(GROUP_SESSION_KEY, None)
    session[SESSION_KEY] = received(kind, shown(edition, kind), read, take, messages=messages, parts=PLUS_ONES)
    return redirect(url_for(".done", slug=slug), 303)


@blueprint.get("/<slug>/register/<code>/organizations")
@limiter.limit(SUGGESTIONS, exempt_when=is_local)
def organizations(slug: str, code: str) -> ResponseReturnValue:
    """Names of organizations that are public, while someone types theirs into an open form."""
    offered(slug, code)
    return suggested_organizations()


@blueprint.get("/<slug>/registered")
def done(slug: str) -> ResponseReturnValue:
    """The result. Newcomers and people already registered see the same; everything else goes by mail."""
    edition = edition_named(slug)
    result = session.get(SESSION_KEY)
    if not result or result["slug"] != slug:
        return redirect(url_for(".choose", slug=slug))
    if result["status"] == RegistrationStatus.UNCONFIRMED:
        return check_your_email(edition, result)
    title, text = OUTCOMES[RegistrationStatus(result["status"])]
    return render("public/registration/done.html", edition, "registration", title=title, text=text, **result)


def confirmation_values(placed: Iterable[Placed]) -> dict[str, Any]:
    """By when the email address has to be confirmed, and whether a spot is held until then."""
    waiting = [result for result in placed if result.confirm_by is not None]
    if not waiting or waiting[0].confirm_by is None:
        return {}
    return {"confirm_by": waiting[0].confirm_by.isoformat(), "holds_spot": all(result.holds_spot for result in waiting)}


def check_your_email(edition: Edition, result: Mapping[str, Any]) -> str:
    """The next step, for one person or several. `result` is what the cookie holds."""
    values = {
        "email": masked_email(result["email"]),
        "confirm_by": datetime.fromisoformat(result["confirm_by"]),
        "holds_spot": result["holds_spot"],
        "people": result["people"],
        "resent": result.get("resent", False),
    }
    return render("public/confirmation/sent.html", edition, "registration", **values)


def offered(slug: str, code: str) -> tuple[Edition, RegistrationType]:
    """An open type of an edition that takes registrations. Raises NotFound and RegistrationClosed."""
    edition = edition_named(slug)
    kind = get_type(reading(), edition.id, code)
    if not (is_taking(edition) and kind.is_open):
        raise RegistrationClosed
    return edition, kind


@blueprint.errorhandler(RegistrationClosed)
def closed(_refusal: RegistrationClosed) -> ResponseReturnValue:
    """The page that says so, with the way back, instead of a bare error."""
    edition = edition_named((request.view_args or {})["slug"])
    types = list_types(reading(), edition.id, open_only=True) if is_taking(edition) else []
    full = full_types(reading(), types)
    return render("public/registration/choose.html", edition, "registration", types=types, full=full), 409

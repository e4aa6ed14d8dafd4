"""Unexpected arrivals at the desk: walk-ins, substitutes, people refused by the rules, and those with a party."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, Stale
from forumapp.core.serving.rate_limits import in_turn
from forumapp.core.values.numbers import id_from, whole_number
from forumapp.core.values.text import has_han
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.tokens.idempotency import AnsweredMeanwhile
from forumapp.domain.checkin.desk.walk_ins import (
    HaveCome,
    check_in_together,
    give_place_back_at_desk,
    list_likely,
    substitute_at_desk,
    usual_type,
    walk_in_at_desk,
)
from forumapp.domain.checkin.rehearsal.services import NotInRehearsal
from forumapp.domain.checkin.rules import LETS_THROUGH
from forumapp.domain.checkin.scanning.judgement import NonceReused
from forumapp.domain.checkin.scanning.override import force_in
from forumapp.domain.people.rules import Name
from forumapp.domain.registration.errors import AlreadyRegistered, NoPlacesLeft, NotTransferable, WrongStatus
from forumapp.domain.registration.lifecycle.undo_substitution import NoSubstitute
from forumapp.domain.registration.lists.queries import get_line, get_registration
from forumapp.schemas.fields import NAME
from forumapp.web.forms import authorizer_fields
from forumapp.web.forms.fields import Field, Flag, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.frame import FRAMING
from forumapp.web.organizer.kit.guard import blueprint, edition, may, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.single_use_forms import FORM_KEY, new_key, spend_key
from forumapp.web.organizer.kit.versioned_actions import ask_again, based_on
from forumapp.web.organizer.onsite import desk_words
from forumapp.web.organizer.onsite.desk import DESK, ONE, refused, submitted_kept_scan, tell_if_over
from forumapp.web.organizer.onsite.desk_card import (
    CHECK_IN,
    address_of,
    new_nonce,
    person_page,
    searched,
    unless_scanned,
)
from forumapp.web.organizer.onsite.desk_printing import print_at_once, rehearsed_together
from forumapp.web.organizer.onsite.desk_station import (
    SECTION,
    is_rehearsal,
    rehearsal_seen,
    station_here,
    submitted_checkpoint_id,
)
from forumapp.web.organizer.onsite.walk_ins import ASKED, MEDIA, OVER, media_types, pop_place_values
from forumapp.web.organizer.registrations.new_registration import place_faults, place_fields, types_offered
from forumapp.web.organizer.registrations.substitution import ALL_TICKED, given_place, take_over_fields
from forumapp.web.public.checkin.station import NONCE
from forumapp.web.wording import labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flask import Response
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.errors import Refusal
    from forumapp.domain.checkin.desk.walk_ins import Likely
    from forumapp.domain.checkin.rules import Result
    from forumapp.domain.registration.models import Registration

DECIDE = Permission.DECIDE_REGISTRATIONS
# A substitute gives only a name; the organization is prefilled, because it is mostly the same.
SUBSTITUTE = (
    Field(
        name="latin_family",
        label=_l("Family name"),
        help=_l("In Latin letters, exactly as the person writes it."),
        longest=NAME,
        required=True,
    ),
    Field(name="latin_given", label=_l("Given name"), longest=NAME),
    Field(name="native_full", label=_l("Name in its own script"), longest=NAME),
    Texts(name="organization", label=_l("Organization")),
)
PRINTS = Flag(name="prints", label=_l("Print the badge at once"))


def asked() -> tuple[Field, ...]:
    """Return the fields of a walk-in. No email address: nothing is mailed now, and the line waits."""
    names = [field for field in ASKED if field.name != "email"]
    return (*names, *place_fields(), *(MEDIA if media_types() else ()), *print_fields())


def print_fields() -> tuple[Field, ...]:
    return (PRINTS,) if may("print", everywhere=True) else ()


def came(form: Form, registration_id: int, **more: Any) -> ResponseReturnValue:
    """Redirect to the card of the new arrival, which prints their badge if wanted."""
    job_id = print_at_once(registration_id) if form.values.get("prints") else None
    there: Any = {**more, **({"print": job_id} if job_id else {})}
    return redirect(url_for("organizer.desk_person", registration_id=registration_id, **there), 303)


@blueprint.get(f"{DESK}/walk-in")
@needs(DECIDE, everywhere=True)
def desk_walk_in() -> ResponseReturnValue:
    first = request.args.get("type") or usual_type(reading(), edition().id) or ""
    return walk_in_page(Form.empty(asked(), type_id=first, prints=True, **named(searched())))


@blueprint.post(f"{DESK}/walk-in")
@needs(DECIDE, everywhere=True)
@unless_scanned
def let_walk_in_in() -> ResponseReturnValue:
    """Register a walk-in. Likely duplicates are confirmed first."""
    form = Form.sent((*asked(), *OVER) if "reason" in request.form else asked(), request.form)
    chosen = request.form.get("person_id", 0, whole_number) or None
    if not (form.faults or chosen or "is_sure" in request.form) and (likely := likely_ones(form)):
        return walk_in_page(form, likely), 422
    made: list[tuple[int, int | None]] = []
    try:
        if saved(form, lambda db: made.append(let_in(db, dict(form.values), chosen))):
            row_id, scan_id = made[0]
            return came(form, row_id, scan=scan_id)
    except NoPlacesLeft as refusal:
        form = Form.sent((*asked(), *OVER), request.form)
        form.faults |= place_faults(refusal)
    except NotInRehearsal as refusal:
        return walked_in_rehearsal(refusal.details.get("result"))
    except AlreadyRegistered as refusal:
        form.faults[""] = refusal.code
    except AnsweredMeanwhile:
        flash(_("This form has let the person in already."), "info")
        return redirect(url_for("organizer.desk", search=form.values["latin_family"]), 303)
    return walk_in_page(form, chosen=chosen), 422


def rehearsed(words: str, kind: str = "info") -> ResponseReturnValue:
    """All was as it will be on the day, and a registration would stay when the rehearsal ends."""
    flash(words, kind)
    return redirect(url_for("organizer.desk"), 303)


def walked_in_rehearsal(result: Result | None) -> ResponseReturnValue:
    """Show what a rehearsal would do, with the result of the desk's checkpoint if it has one."""
    here = station_here().checkpoint
    if result is None or here is None:
        return rehearsed(_("In the real thing, they would now be registered. Nothing was kept."))
    if result in LETS_THROUGH:
        return rehearsed(_("In the real thing, they would now be registered and let in. Nothing was kept."))
    words = _(
        "In the real thing, they would now be registered, but not let in: %(why)s. Nothing was kept.",
        why=labels.label(result),
    )
    return rehearsed(f"{words} {desk_words.to_do(result, here.kind)}".rstrip(), "warn")


def let_in(db: DbSession, values: dict[str, Any], person_id: int | None) -> tuple[int, int | None]:
    """Return the registration, and its scan if the desk has a checkpoint."""
    spend_key(db)
    here = station_here().checkpoint
    where: Any = {"checkpoint_id": here.id if here else None, "nonce": new_nonce(), "person_id": person_id}
    by: Any = {"actor": actor(), "now": clock.now()}
    values.pop(PRINTS.name, None)
    rest = pop_place_values(values)
    row, scanned = walk_in_at_desk(db, edition().id, values.pop("type_id"), values, **rest, **where, **by)
    return row.id, scanned.id if scanned else None


def named(words: str) -> dict[str, str]:
    """Prefill the name from the failed search; a single word of it is enough."""
    if not words or any(word.isdigit() for word in words):
        return {}
    if has_han(words):
        return {"native_full": words}
    return {} if " " in words else {"latin_family": words}


def likely_ones(form: Form) -> list[Likely]:
    values = form.values
    name = Name(values["latin_family"], values["latin_given"], native_full=values["native_full"])
    return list_likely(reading(), edition().id, name, actor=actor())


def walk_in_page(form: Form, likely: Sequence[Likely] = (), *, chosen: int | None = None) -> Response:
    return framing(
        "organizer/desk/walk_in.html",
        section=SECTION,
        form=form,
        types=types_offered(),
        likely=likely,
        chosen=chosen,
        key=request.form.get(FORM_KEY) or new_key(),
        station=station_here(),
        address_of=address_of,
    )


@blueprint.get(f"{ONE}/substitute")
@needs(DECIDE)
def desk_substitute(registration_id: int) -> ResponseReturnValue:
    row = get_registration(reading(), edition().id, registration_id)
    if row.replaced_by_id is not None:
        return given_already(row.replaced_by_id)
    company = get_line(reading(), edition().id, row.id).organization
    fields = (*SUBSTITUTE, *take_over_fields(row.id), *print_fields())
    form = Form.empty(fields, organization=company, prints=True, **ALL_TICKED)
    form.version, form.opened = row.version, json.loads(based_on(row)["seen"])
    return substitute_page(form, row)


@blueprint.post(f"{ONE}/substitute")
@needs(DECIDE)
@unless_scanned
def give_place_at_desk(registration_id: int) -> ResponseReturnValue:
    row = get_registration(reading(), edition().id, registration_id)
    if row.replaced_by_id is not None:  # sent twice
        return given_already(row.replaced_by_id)
    fields = (*SUBSTITUTE, *take_over_fields(row.id), *print_fields())
    form, made = Form.sent(fields, request.form), list[int]()
    give = partial(given_place, do=substitute_at_desk)
    values = {name: value for name, value in form.values.items() if name != PRINTS.name}
    try:
        if saved(form, lambda db: made.append(give(db, row.id, values, form.based_on))):
            flash(_("The registration has been transferred. The old code no longer works."), "ok")
            return came(form, made[0])
    except Stale as refusal:
        return ask_again(refusal, _("Transfer registration"), address_of(row.id))
    except NotInRehearsal:
        return rehearsed(
            _("On the day, the registration would now be transferred and the old code invalid. Nothing was kept.")
        )
    except AlreadyRegistered as refusal:
        form.faults[""] = refusal.code
    except (NotTransferable, WrongStatus):
        flash(_("This registration cannot be transferred. Check its status and its type."), "bad")
        return redirect(address_of(row.id), 303)
    return substitute_page(form, row), 422


@blueprint.post(f"{ONE}/give-back")
@needs(DECIDE)
def give_place_back(registration_id: int) -> ResponseReturnValue:
    """Undo a substitution and redirect to the card of the original person."""
    try:
        with transaction() as db:
            version = request.form.get("version", 0, whole_number)
            by: Any = {"version": version, "actor": actor(), "now": clock.now()}
            first = give_place_back_at_desk(db, edition().id, registration_id, **by).id
    except Stale as refusal:
        return ask_again(refusal, _("Undo the transfer"), address_of(registration_id))
    except NotInRehearsal:
        return rehearsed(_("On the day, the transfer would now be undone. Nothing was kept."))
    except (AlreadyRegistered, HaveCome, NoPlacesLeft, NoSubstitute, WrongStatus) as refusal:
        flash(not_given_back(refusal), "bad")
        return redirect(address_of(registration_id), 303)
    flash(_("The transfer is undone: the registration and its code are valid again. If a badge was printed for the "
            "other person, take it back: it no longer works."), "ok")  # fmt: skip
    return redirect(url_for("organizer.desk_person", registration_id=first), 303)


def not_given_back(refusal: Refusal) -> str:
    if isinstance(refusal, HaveCome):
        return str(_("They have come already, or have their badge. Undo that first, and then the transfer."))
    if isinstance(refusal, AlreadyRegistered):
        return str(_("The first person is registered anew by now, and has a place."))
    if isinstance(refusal, NoPlacesLeft):
        return str(_("What the first person had chosen is full by now. Change that at their registration."))
    return str(_("This transfer cannot be undone any more. Look at both registrations."))


def given_already(registration_id: int) -> ResponseReturnValue:
    flash(_("Their registration was already transferred to this person."), "info")
    return redirect(url_for("organizer.desk_person", registration_id=registration_id), 303)


def substitute_page(form: Form, row: Registration) -> Response:
    line = get_line(reading(), edition().id, row.id)
    return framing(
        "organizer/desk/substitute.html",
        section=SECTION,
        form=form,
        line=line,
        station=station_here(),
        address_of=address_of,
    )


def framing(template: str, **values: Any) -> Response:
    """Render a page that can be swapped in with the new arrival's card and a frame for printing."""
    answer = make_response(render_template(template, **values))
    answer.headers["Content-Security-Policy"] = FRAMING
    return answer


@blueprint.post(f"{ONE}/let-pass")
@needs(CHECK_IN, everywhere=True)
@in_turn
@unless_scanned
def desk_let_pass(registration_id: int) -> ResponseReturnValue:
    """Let in a person whom the rules refused at the desk; the form names who authorizes it."""
    by, reason = authorizer_fields.read_authorizer()
    values: Any = {"checkpoint_id": submitted_checkpoint_id(), "nonce": nonce_sent(), "rehearsal_id": rehearsal_seen()}
    values |= {"actor": actor(), "now": clock.now()}
    try:
        with transaction() as db:
            made = force_in(db, edition().id, registration_id, by, reason=reason, **values)
    except Invalid as refusal:
        again = authorizer_fields.asked_again(edition().id, refusal.fields) | {"checkpoint": submitted_checkpoint_id()}
        return person_page(registration_id, forcing=again), refusal.status
    except NonceReused as refusal:
        flash(refused(refusal), "bad")
        return redirect(address_of(registration_id), 303)
    tell_if_over(made)
    return redirect(address_of(registration_id, scan=made.id), 303)


@blueprint.post(f"{ONE}/together")
@needs(CHECK_IN)
def desk_together(registration_id: int) -> ResponseReturnValue:
    """Check in the present members of a party with one button."""
    ids = [value for value in map(id_from, request.form.getlist("people")) if value]
    values: Any = {"checkpoint_id": submitted_checkpoint_id(), "nonce": nonce_sent(), "rehearsal_id": rehearsal_seen()}
    values |= {"kept": submitted_kept_scan(), "actor": actor(), "now": clock.now()}
    try:
        with transaction() as db:
            made = check_in_together(db, edition().id, registration_id, ids, **values)
    except Invalid:
        flash(_("Tick at least one of those who come together."), "bad")
        return redirect(address_of(registration_id), 303)
    except NonceReused as refusal:
        flash(refused(refusal), "bad")
        return redirect(address_of(registration_id), 303)
    if tell_if_over(*made.values()):
        return redirect(address_of(registration_id), 303)
    tell_together([value.result in LETS_THROUGH for value in made.values()])
    own = made.get(registration_id)
    printed = printed_of(made) if request.form.get("prints") else {}
    return redirect(address_of(registration_id, scan=own.id if own else None, **printed), 303)


def printed_of(ids: Iterable[int]) -> dict[str, Any]:
    """Return URL parameters for the card: the print jobs of people without a badge."""
    new = [row_id for row_id in ids if get_registration(reading(), edition().id, row_id).printed_at is None]
    if is_rehearsal():
        return rehearsed_together(
            [registration_id for registration_id in new if may("print", ("registration", registration_id))]
        )
    return {"job": [job_id for job_id in map(print_at_once, new) if job_id is not None]}


def tell_together(passed: list[bool]) -> None:
    if all(passed):
        flash(_("All of them are checked in: %(number)s.", number=len(passed)), "ok")
        return
    flash(_("Checked in: %(some)s of %(all)s. The others were in before, or were refused: open them to see why.",
            some=sum(passed), all=len(passed)), "warn")  # fmt: skip


def nonce_sent() -> str:
    sent = request.form.get("nonce", "")
    return sent if NONCE.fullmatch(sent) else new_nonce()

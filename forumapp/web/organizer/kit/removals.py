"""Remove records with an immediate undo, and list what can be restored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from babel.lists import format_list
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import AlreadyExists, InUse, Invalid, NotFound, Stale
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.text import pick
from forumapp.domain.accounts.editing.removals import removals_page
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.speakers.services import person_of
from forumapp.domain.audit.removals import AlreadyBroughtBack, BelongingGone, values_of
from forumapp.domain.delegations.coaches.runs import NoSeatLeft
from forumapp.domain.delegations.members.services import DelegationFull
from forumapp.domain.delegations.queries import code_of
from forumapp.domain.people.precedence.reordering import scope_of
from forumapp.domain.proofs.restoring import restore
from forumapp.domain.registration.lists.queries import list_types
from forumapp.web.frame import Offer, tell
from forumapp.web.organizer.account.sign_in import safe_target
from forumapp.web.organizer.delegations.double_booking import tell_of_vehicles
from forumapp.web.organizer.history.log_words import RECORDS
from forumapp.web.organizer.kit.guard import access, blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.versioned_actions import ask_again
from forumapp.web.wording.language import language, locale_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.errors import Refusal
    from forumapp.domain.audit.models import Removal

SECTION = "removed"
# Kinds that are shown on the page of the record that they belong to.
PART_OF = {
    "session_item": "session",
    "interpretation_channel": "session",
    "role_assignment": "session",
    "affiliation": "person",
    "edition_title": "person",
}


# Kinds that are shown among the groups, rooms and coaches of a delegation.
OF_ROOMS = ("hotel_room", "room_stay")
OF_GROUPS = ("partition", "delegation_group", "group_member", "group_moves")
OF_COACHES = ("coach_run", "boarding")


def removed(
    remove: Callable[[DbSession, int | None, datetime], Removal],
    words: str,
    back: str,
    *,
    kept: str = "",
    used: Callable[[], ResponseReturnValue] | None = None,
) -> ResponseReturnValue:
    """Remove the version that the form names and go `back`; if refused, explain and go to `kept`, where the record
    still is.

    `used` is the page to show for a record in use.
    """
    try:
        with transaction() as db:
            removal = remove(db, request.form.get("version", type=whole_number), clock.now())
    except InUse as refusal:
        if used is not None:
            return used()
        by = counted(refusal.details.get("by", {}))
        why = _("It was not removed because it is in use.")
        flash(_("It was not removed because it is in use: %(what)s.", what=by) if by else why, "bad")
    except Stale as refusal:
        return ask_again(refusal, _("Remove it all the same"), kept or back)
    else:
        tell_removed(removal, words)
        return redirect(back)
    return redirect(kept or back)


def tell_removed(removal: Removal, words: str, *, back: str = "") -> None:
    """Flash that a record is removed, with an undo next to it; the undo returns to `back` if given."""
    _offer_back(removal.id, words, back)


def tell_saved(words: str, part: str, row_id: int, *, since: datetime) -> None:
    """Say that a record is saved and, where it lost its picture since then, offer the way back."""
    last = removals_page(reading(), access(), of=(part, row_id), size=1).items
    if last and last[0].removed_at >= since:
        _offer_back(last[0].id, words)
    else:
        flash(words, "ok")


def _offer_back(removal_id: int, words: str, back: str = "") -> None:
    undo = Offer(_("Undo"), url_for("organizer.bring_back", removal_id=removal_id, next=back or None))
    tell(words, "ok", do=undo, see=Offer(_("All removed items"), url_for("organizer.removals")))


@blueprint.get("/<edition>/removed")
@needs(Permission.SEE_EDITION)
def removals() -> str:
    """List what the caller may remove, and so restore."""
    search = request.args.get("search", "")
    page = removals_page(reading(), access(), search=search, number=request.args.get("page", 1, whole_number))
    return render_template(
        "organizer/removed/list.html",
        section=SECTION,
        page=page,
        search=search,
        counted=counted,
    )


@blueprint.post("/<edition>/removed/<id:removal_id>/restore")
@needs(Permission.SEE_EDITION)
def bring_back(removal_id: int) -> ResponseReturnValue:
    """Restore a record. The service checks the permission of its kind."""
    try:
        with transaction() as db:
            removal = restore(db, edition().id, removal_id, actor=actor(), now=clock.now())
    except AlreadyBroughtBack:
        flash(_("It has already been restored."), "info")
    except (BelongingGone, AlreadyExists, Invalid, DelegationFull) as refusal:
        flash(why_not(refusal), "bad")
    else:
        name = pick(removal.label, language())
        flash(_("“%(name)s” has been restored.", name=name) if name else _("It has been restored."), "ok")
        _tell_of_runs(removal)
        return redirect(safe_target(request.args.get("next")) or place_of(removal))
    return redirect(url_for("organizer.removals"))


def _tell_of_runs(removal: Removal) -> None:
    """Their vehicles may run elsewhere by now."""
    rows = [dict[str, Any](row) for row in removal.rows]
    items = {int(row["values"]["item_id"]) for row in rows if row["table"] == "coach_run"}
    if items and removal.delegation_id is not None:
        tell_of_vehicles(code_of(reading(), edition().id, removal.delegation_id), items)


# Why a record cannot be restored, by the code of the fault.
STANDS_AGAINST: dict[str, Any] = {
    "run-closed": _l("It has departed."),
    "has-a-seat": _l("This person has another seat now."),
    "not-of-the-transfer": _l("This transfer is no longer for this person."),
    "in-a-delegation": _l("This person is in a delegation again."),
    "in-two-groups": _l("This person is in another group at that time."),
    "in-two-rooms": _l("This person is in another room on these nights."),
    "room-full": _l("The room is full by now."),
    "not-in-the-delegation": _l("This person is no longer in the delegation."),
    "not-active": _l("This person's registration is no longer active."),
}


def why_not(refusal: Refusal) -> str:
    """Why something cannot be brought back now."""
    words: str
    if isinstance(refusal, BelongingGone):
        kind = RECORDS.get(refusal.details["entity"])
        words = _("What it belonged to has been removed too. Restore that first.")
        if kind is not None:
            words = _("What it belonged to has been removed too (%(kind)s). Restore that first.", kind=kind)
    elif isinstance(refusal, DelegationFull):
        words = _("The delegation “%(name)s” has no spots left.", name=refusal.details["name"])
    elif reason := next((STANDS_AGAINST[code] for code in refusal.fields.values() if code in STANDS_AGAINST), None):
        words = str(reason)
    elif isinstance(refusal, NoSeatLeft):
        words = _("No seat is left in it.")
    elif isinstance(refusal, AlreadyExists):
        words = _("Something else has taken its place in the meantime.")
    else:
        words = _("It no longer fits with the current data.")
    return words


def place_of(removal: Removal) -> str:
    """Return the page that shows the restored record."""
    entity = removal.entity
    if entity in ("session", "person", "organization", *PART_OF):
        whole = PART_OF.get(entity, entity)
        shown: dict[str, Any] = {
            f"{whole}_id": values_of(removal)[f"{whole}_id"] if whole != entity else removal.entity_id
        }
        return url_for(f"organizer.{whole}", **shown)
    if entity in ("name_proof", "proof_entry"):
        proof_id = removal.entity_id if entity == "name_proof" else values_of(removal)["proof_id"]
        return url_for("organizer.name_proof", proof_id=proof_id)
    if removal.delegation_id is not None:
        pages = {
            **dict.fromkeys(OF_GROUPS, "delegation_groups"),
            **dict.fromkeys(OF_ROOMS, "hotel_rooms"),
            **dict.fromkeys(OF_COACHES, "delegation_coaches"),
        }
        page = pages.get(entity, "delegation")
        try:
            return url_for(f"organizer.{page}", code=code_of(reading(), edition().id, removal.delegation_id))
        except NotFound:  # gone again in this very moment
            return url_for("organizer.delegations")
    if entity in PLACES:
        return PLACES[entity](removal)
    pages = {
        "track": "agenda",
        "title_pair": "title_pairs",
        "edition_access": "people_with_access",
        "registration_type": "registration_types",
        "seating_plan": "seating_plans",
        "edition_host": "hosts",
        "sponsor_level": "hosts",
        "room": "venues",
        "venue": "venues",
        "clash_override": "clashes",
        "checkpoint": "checkpoints",
        "vehicle": "vehicles",
        "itinerary_place": "itinerary_places",
        "task": "calendar",
        "content_page": "pages",
        "mail_text": "mail_texts",
        "badge_stock": "badge_stocks",
        "badge_printer": "badge_stocks",
        "mail_reminder": "mail_reminders",
    }
    return url_for(f"organizer.{pages.get(entity, 'settings')}")


def place_of_question(removal: Removal) -> str:
    types = list_types(reading(), edition().id)
    return url_for("organizer.registration_form", code=next(row.code for row in types if row.id == removal.entity_id))


def place_of_picture(removal: Removal) -> str:
    pages = {"content_page": "pages", "edition_host": "hosts", "venue": "venues"}
    return url_for(f"organizer.{pages.get(str(removal.rows[0]['table']), 'settings')}")


PLACES = {
    "speaker": lambda removal: url_for("organizer.speaker", person_id=values_of(removal)["person_id"]),
    "speaker_availability": lambda removal: url_for(
        "organizer.speaker", person_id=person_of(reading(), edition().id, values_of(removal)["speaker_id"])
    ),
    "precedence_entry": lambda removal: url_for(
        "organizer.precedence_list", scope=scope_of(reading(), edition().id, values_of(removal)["list_id"])
    ),
    "answer_file": lambda removal: url_for(
        "organizer.registration", registration_id=values_of(removal)["registration_id"]
    ),
    "photo": lambda removal: url_for("organizer.person", person_id=removal.entity_id),
    "picture": place_of_picture,
    "question": place_of_question,
}


def counted(by: Mapping[str, int]) -> str:
    """Describe how many rows of each kind, as one phrase: "2 sessions and 1 room"."""
    words_by_table = {table: _counted(table, number) for table, number in by.items()}
    words = [phrase for phrase in words_by_table.values() if phrase]
    left = sum(number for table, number in by.items() if not words_by_table[table])
    other = [ngettext("%(num)s other entry", "%(num)s other entries", left)] if left else []
    return str(format_list([*words, *other], locale=locale_of(language())))


def _counted(table: str, number: int) -> str:
    """Nothing of a kind that has no word of its own."""
    words: dict[str, Callable[[], str]] = {
        "session": lambda: ngettext("%(num)s session", "%(num)s sessions", number),
        "session_item": lambda: ngettext("%(num)s item", "%(num)s items", number),
        "interpretation_channel": lambda: ngettext("%(num)s channel", "%(num)s channels", number),
        "checkpoint": lambda: ngettext("%(num)s checkpoint", "%(num)s checkpoints", number),
        "checkin_device": lambda: ngettext("%(num)s device", "%(num)s devices", number),
        "scan": lambda: ngettext("%(num)s scan", "%(num)s scans", number),
        "admission": lambda: ngettext("%(num)s person let in", "%(num)s people let in", number),
        "cue": lambda: ngettext("%(num)s cue", "%(num)s cues", number),
        "role_assignment": lambda: ngettext("%(num)s part of a person", "%(num)s parts of people", number),
        "speaker": lambda: ngettext("%(num)s agreement with a speaker", "%(num)s agreements with speakers", number),
        "speaker_availability": lambda: ngettext("%(num)s time window", "%(num)s time windows", number),
        "edition_host": lambda: ngettext("%(num)s sponsor", "%(num)s sponsors", number),
        "room": lambda: ngettext("%(num)s room", "%(num)s rooms", number),
        "registration": lambda: ngettext("%(num)s registration", "%(num)s registrations", number),
        "delegation": lambda: ngettext("%(num)s delegation in it", "%(num)s delegations in it", number),
        "delegation_member": lambda: ngettext("%(num)s membership", "%(num)s memberships", number),
        "delegation_supporter": lambda: ngettext("%(num)s supporter", "%(num)s supporters", number),
        "clash_override": lambda: ngettext("%(num)s allowed clash", "%(num)s allowed clashes", number),
        "itinerary_item": lambda: ngettext("%(num)s itinerary item", "%(num)s itinerary items", number),
        "partition": lambda: ngettext("%(num)s division into groups", "%(num)s divisions into groups", number),
        "delegation_group": lambda: ngettext("%(num)s group", "%(num)s groups", number),
        "vehicle": lambda: ngettext("%(num)s vehicle", "%(num)s vehicles", number),
        "coach_run": lambda: ngettext("%(num)s coach run", "%(num)s coach runs", number),
        "boarding": lambda: ngettext("%(num)s seat in a coach", "%(num)s seats in coaches", number),
        "group_member": lambda: ngettext("%(num)s place in a group", "%(num)s places in groups", number),
        "hotel_room": lambda: ngettext("%(num)s hotel room", "%(num)s hotel rooms", number),
        "room_stay": lambda: ngettext("%(num)s stay in a room", "%(num)s stays in rooms", number),
        "access_delegation": lambda: ngettext("%(num)s person limited to it", "%(num)s people limited to it", number),
        "seat": lambda: ngettext("%(num)s seat", "%(num)s seats", number),
        "seating_plan": lambda: ngettext("%(num)s seating plan", "%(num)s seating plans", number),
        "precedence_list": lambda: ngettext("%(num)s order of precedence", "%(num)s orders of precedence", number),
        "proof_entry": lambda: ngettext("%(num)s person", "%(num)s people", number),
        "proof_correction": lambda: ngettext("%(num)s correction", "%(num)s corrections", number),
        "name_proof": lambda: ngettext("%(num)s name check", "%(num)s name checks", number),
        "frozen_name": lambda: ngettext("%(num)s place in past editions", "%(num)s places in past editions", number),
        "print_job": lambda: ngettext("%(num)s print", "%(num)s prints", number),
    }
    return words[table]() if table in words else ""

"""The page of one partition: its chart, its people, and moving selected people to another group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, NotFound, Refusal
from forumapp.core.values.numbers import id_from
from forumapp.core.values.text import pick
from forumapp.core.values.times import instant, is_reckonable
from forumapp.domain.delegations import queries
from forumapp.domain.delegations.groups import members
from forumapp.domain.delegations.groups import queries as groups_queries
from forumapp.domain.delegations.groups.members import InTwoGroups, MovedMeanwhile
from forumapp.web.forms.faults import fault
from forumapp.web.forms.fields import Fault, Field, Flag, Pick
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.delegations.delegations import SECTION, is_within
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.itineraries.groups import (
    EDIT,
    ONE,
    SEE,
    branches,
    ends_words,
    items_offered,
    missing,
    partition_of,
    picture_of,
    span_words,
    whole_of,
)
from forumapp.web.organizer.kit.display import full_name
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed, tell_removed
from forumapp.web.wording.language import language
from forumapp.web.wording.words import local

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue
    from markupsafe import Markup
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.models.delegations import Delegation, ItineraryItem
    from forumapp.domain.delegations.models.groups import GroupMember, Partition

PERSON = f"{ONE}/members/<id:member_id>"


@dataclass(frozen=True, kw_only=True)
class At(Field):
    """An instant by the clocks of the forum's place, or none."""

    type: str = "datetime-local"

    def write(self, value: datetime | None) -> dict[str, Any]:
        shown = local(value, edition().zone).replace(tzinfo=None) if value else None
        return {self.name: shown.isoformat(timespec="minutes") if shown else ""}

    def parse(self, raw: Mapping[str, Any]) -> datetime | None:
        text = super().parse(raw)
        if not text:
            return None
        try:
            wall = datetime.fromisoformat(text)
        except ValueError as error:
            raise Fault("not-a-time") from error
        if wall.tzinfo is not None or not is_reckonable(wall):
            raise Fault("not-a-time" if wall.tzinfo is not None else "out-of-years")
        try:
            return instant(wall, edition().zone)
        except Refusal as refusal:
            raise Fault(refusal.code) from refusal

    def words(self, value: datetime | None) -> str:
        return f"{local(value, edition().zone):%Y-%m-%d %H:%M}" if value else ""


TIMES = (
    At(name="from_utc", label=_l("From"), help=_l("Left empty: from when the people split.")),
    At(name="until_utc", label=_l("Until"), help=_l("Left empty: until they rejoin.")),
)


def move_fields(delegation: Delegation, row: Partition) -> tuple[Field, ...]:
    def groups() -> list[tuple[str, Any]]:
        rows = groups_queries.groups_of(reading(), [row])
        return [(str(row.id), pick(row.name, language()) or row.code) for row in rows]

    def items() -> list[tuple[str, Any]]:
        return items_offered(items_of(delegation, row))

    return (
        Pick(
            name="group_id",
            label=_l("Move those who are ticked to"),
            offer=groups,
            required=True,
            empty=_l("Choose a group"),
        ),
        Pick(name="from_item", label=_l("From the start of"), offer=items, empty=_l("From when the people split")),
        At(name="from_utc", label=_l("Or from this time")),
        Pick(name="until_item", label=_l("Until the start of"), offer=items, empty=_l("Until they rejoin")),
        At(name="until_utc", label=_l("Or until this time")),
        Flag(
            name="leaves",
            label=_l("They leave the group that they are in at that time"),
            help=_l("Unticked, nobody is moved if any of them is in another group at that time."),
        ),
    )


@blueprint.get(ONE)
@needs(SEE)
def partition(code: str, partition_id: int) -> str:
    delegation, row = partition_of(code, partition_id)
    return page_of(delegation, row, Form.empty(move_fields(delegation, row), leaves=True))


def page_of(
    delegation: Delegation,
    row: Partition,
    form: Form,
    *,
    ticked: Mapping[int, str] | None = None,
    wrong: Mapping[int, str] | None = None,
) -> str:
    db = reading()
    lines = queries.list_members(db, delegation)
    picture = groups_queries.picture_of(db, row, {line.registration_id for line in lines})
    drawing, begin = picture_of(picture)
    return render_template(
        "organizer/delegations/partition.html",
        section=SECTION,
        row=delegation,
        partition=row,
        form=form,
        picture=picture,
        drawing=drawing,
        begin=begin,
        errors={**form.errors, **{f"person-{each}": words for each, words in (wrong or {}).items()}},
        labels={**form.labels, **{f"person-{line.registration_id}": full_name(line.name) for line in lines}},
        branches=branches(picture, lines),
        missing=missing(picture, lines),
        lasts=ends_words(picture),
        spans=[span_words(stretch.start, stretch.end) for stretch in picture.stretches],
        words_of=lambda each: span_words(each.from_utc, each.until_utc),
        marks={each: groups_queries.mark_of(rows) for each, rows in picture.rows.items()},
        ticked=ticked or {},
        wrong=wrong or {},
        is_own=is_within(row.delegation_id, EDIT),
        whole=whole_of(row) if row.delegation_id != delegation.id and is_within(row.delegation_id, SEE) else None,
        history=past("partition", row.id) if is_within(row.delegation_id, SEE) else None,
    )


@blueprint.post(f"{ONE}/move")
@needs(EDIT)
def move_people(code: str, partition_id: int) -> ResponseReturnValue:
    delegation, row = partition_of(code, partition_id, EDIT)
    form = Form.sent(move_fields(delegation, row), request.form)
    seen = people_sent()
    if not seen:
        form.faults[""] = "nobody-ticked"
    times: Any = times_of(items_of(delegation, row), form)
    again: dict[str, Any] = {"ticked": seen}
    if form.faults:
        return page_of(delegation, row, form, **again), 422
    try:
        with transaction() as db:
            how: Any = {"moves": form.values["leaves"], "actor": actor(), "now": clock.now()}
            removal = members.put_into_group(db, edition().id, form.values["group_id"], seen, **times, **how)
    except (InTwoGroups, MovedMeanwhile) as refusal:
        wrong = dict.fromkeys(refusal.details["registrations"], fault(refusal.code))
        return page_of(delegation, row, form, **again, wrong=wrong), refusal.status
    except Invalid as refusal:
        form.refuse(refuse_at_item(refusal, form))
        return page_of(delegation, row, form, **again), 422
    if removal is None:
        flash(_("All of them were there already."), "info")
    else:
        words = ngettext("%(num)s person has been moved.", "%(num)s people have been moved.", len(seen))
        if is_within(removal.delegation_id or 0, EDIT):
            tell_removed(removal, words)
        else:  # people of several delegations, which those of their whole take back
            flash(words, "ok")
    return redirect(url_for("organizer.partition", code=code, partition_id=row.id))


def refuse_at_item(refusal: Invalid, form: Form) -> Invalid:
    """Move the fault of a time to the item that it was taken from, unless a time was typed."""
    item_fields = {"from_utc": "from_item", "until_utc": "until_item"}
    at = {time: item for time, item in item_fields.items() if form.values.get(item) and not form.values.get(time)}
    return Invalid(fields={at.get(field, field): code for field, code in refusal.fields.items()})


def people_sent() -> dict[int, str]:
    """Return the selected people, each with the state that the page showed."""
    marks: dict[int, str] = {}
    for value in request.form.getlist("person"):
        text, _colon, mark = value.partition(":")
        row_id = id_from(text)
        if row_id is not None:
            marks[row_id] = mark
    return marks


def items_of(delegation: Delegation, row: Partition) -> list[ItineraryItem]:
    """List the items at the start of which people can move, and where the partition begins and ends."""
    theirs = queries.itinerary_with_parts(reading(), delegation)
    ends = groups_queries.items_at_ends(reading(), row)
    return sorted({item.id: item for item in (*theirs, *ends)}.values(), key=lambda item: (item.start_utc, item.id))


def times_of(items: list[ItineraryItem], form: Form) -> dict[str, datetime | None]:
    """From and until when: an item's start, as it is now, or a time that was typed instead."""
    starts = {item.id: item.start_utc for item in items}
    times: dict[str, datetime | None] = {}
    for end, item, at in (("start", "from_item", "from_utc"), ("end", "until_item", "until_utc")):
        times[end] = form.values.get(at) or starts.get(form.values.get(item) or 0)
    return times


def place_of(code: str, partition_id: int, member_id: int) -> tuple[Partition, GroupMember, Markup]:
    """Return a membership of one of the delegation's people, with their name."""
    delegation, row = partition_of(code, partition_id, EDIT)
    db = reading()
    lines = {member.registration_id: member for member in queries.list_members(db, delegation)}
    member = next(
        (member_row for member_row in groups_queries.rows_of(db, row.id, lines) if member_row.id == member_id), None
    )
    line = lines.get(member.registration_id) if member else None
    if member is None or line is None:
        raise NotFound(entity="group_member")
    return row, member, full_name(line.name)


@blueprint.route(PERSON, methods=["GET", "POST"])
@needs(EDIT)
def place_in_group(code: str, partition_id: int, member_id: int) -> ResponseReturnValue:
    row, member, name = place_of(code, partition_id, member_id)
    form = Form.of(TIMES, member) if request.method == "GET" else Form.sent(TIMES, request.form, member)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        try:
            members.update_group_member(db, edition().id, member_id, form.values, **by)
        except InTwoGroups as refusal:
            raise Invalid(fields={"from_utc": refusal.code}) from refusal

    if request.method == "GET" or not saved(form, change, lambda: place_of(code, partition_id, member_id)[1]):
        group = groups_queries.get_group(reading(), edition().id, member.group_id)
        page = render_template(
            "organizer/delegations/group_place.html", section=SECTION, code=code, partition=row, form=form, name=name,
            group=group, member=member, history=past("group_member", member.id),
        )  # fmt: skip
        return page, form.status if request.method == "POST" else 200
    flash(_("The place in the group has been saved."), "ok")
    return redirect(url_for("organizer.partition", code=code, partition_id=row.id))


@blueprint.post(f"{PERSON}/remove")
@needs(EDIT)
def remove_place_in_group(code: str, partition_id: int, member_id: int) -> ResponseReturnValue:
    place_of(code, partition_id, member_id)

    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        by: Any = {"version": version or 0, "actor": actor(), "now": now}
        return members.remove_group_member(db, edition().id, member_id, **by)

    back = url_for("organizer.partition", code=code, partition_id=partition_id)
    return removed(remove, _("The person is no longer in this group."), back)

"""Groups of a delegation: how its people split and rejoin, as a picture of branches, and who is in which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.errors import NotFound
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations import queries
from forumapp.domain.delegations.groups import queries as groups_queries
from forumapp.domain.delegations.groups import services as groups_services
from forumapp.domain.delegations.rules.partitions import gaps
from forumapp.schemas.choices import MemberRole, PartitionKind
from forumapp.web.charts.branches import Drawing, color_of, drawn
from forumapp.web.forms.fields import Choice, Field, Pick, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.delegations.delegation_form import find
from forumapp.web.organizer.delegations.delegations import SECTION, is_within
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.display import full_name
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed
from forumapp.web.wording.language import language
from forumapp.web.wording.words import local, moment, short_day, time

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from markupsafe import Markup
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.groups.queries import Picture
    from forumapp.domain.delegations.models.delegations import Delegation, ItineraryItem
    from forumapp.domain.delegations.models.groups import DelegationGroup, GroupMember, Partition
    from forumapp.domain.delegations.queries import MemberLine
    from forumapp.domain.delegations.rules.partitions import Stretch

SEE, EDIT = Permission.SEE_ITINERARIES, Permission.EDIT_DELEGATIONS
GROUPS = "/<edition>/delegations/<code>/groups"
ONE = f"{GROUPS}/<id:partition_id>"
WITHOUT, DOUBLED, ALL = "without", "doubled", "all"
# Roles that get a group first.
FIRST = (MemberRole.HEAD, MemberRole.INTERPRETER)


@dataclass(frozen=True, slots=True)
class Branch:
    """A row of the table next to the chart: member counts per period, and the members with their memberships."""

    key: str
    name: str
    color: str
    counts: list[int]
    people: list[tuple[MemberLine, GroupMember]]
    group: DelegationGroup | None = None
    captain: Markup | str = ""


def items_offered(items: Iterable[ItineraryItem]) -> list[tuple[str, Any]]:
    return [(str(item.id), f"{item.start_wall:%m-%d %H:%M} {pick(item.title, language())}") for item in items]


def partition_fields(row: Delegation) -> tuple[Field, ...]:
    def offered() -> list[tuple[str, Any]]:
        return items_offered(queries.itinerary(reading(), row))

    return (
        Texts(name="name", label=_l("Name"), help=_l("Such as Coaches, or Visits on 24 May."), required=True),
        Choice(name="kind", label=_l("Kind"), kind=PartitionKind, required=True),
        Pick(
            name="split_item_id",
            label=_l("The people split at the start of"),
            help=_l("Left empty, they are in groups from the beginning."),
            offer=offered,
            empty=_l("From the beginning"),
        ),
        Pick(
            name="rejoin_item_id",
            label=_l("They rejoin at the start of"),
            help=_l("Left empty, they stay in their groups until the end."),
            offer=offered,
            empty=_l("Until the end"),
        ),
    )


def group_fields(row: Delegation) -> tuple[Field, ...]:
    def people() -> list[tuple[str, Any]]:
        return [
            (str(member.registration_id), full_name(member.name).striptags())
            for member in queries.list_members(reading(), row)
        ]

    return (
        Texts(name="name", label=_l("Name"), help=_l("Such as Coach 1, or San Francisco."), required=True),
        Pick(name="captain_id", label=_l("Captain"), offer=people, empty=_l("Nobody yet")),
    )


def partition_of(code: str, partition_id: int, permission: Permission = SEE) -> tuple[Delegation, Partition]:
    """Return a partition of the delegation's people, its own or that of its parent delegation."""
    delegation = find(code, permission)
    row = groups_queries.get_partition(reading(), edition().id, partition_id)
    if row.id not in {partition.id for partition in groups_queries.partitions_of(reading(), delegation)}:
        raise NotFound(entity="partition")
    return delegation, row


def own_partition(code: str, partition_id: int) -> tuple[Delegation, Partition]:
    """Return a partition that the caller may edit; one of a parent delegation takes access to all of it."""
    delegation, row = partition_of(code, partition_id, EDIT)
    if not is_within(row.delegation_id, EDIT):
        abort(404)
    return delegation, row


def whole_of(row: Partition) -> Delegation:
    db, edition_id = reading(), edition().id
    return queries.get_delegation(db, edition_id, queries.code_of(db, edition_id, row.delegation_id))


@blueprint.get(GROUPS)
@needs(SEE)
def delegation_groups(code: str) -> str:
    db, delegation = reading(), find(code, SEE)
    people = {member.registration_id for member in queries.list_members(db, delegation)}
    rows = groups_queries.partitions_of(db, delegation)
    shown = [(row, groups_queries.picture_of(db, row, people)) for row in rows]
    return render_template(
        "organizer/delegations/groups.html",
        section=SECTION,
        row=delegation,
        shown=[(row, picture, ends_words(picture), len(without(picture))) for row, picture in shown],
        total=len(people),
    )


def without(picture: Picture) -> set[int]:
    """Those who are without a group at some time."""
    return {gap.registration for gap in gaps(picture.stretches)}


def ends_words(picture: Picture) -> str:
    return span_words(picture.ends.start, picture.ends.end)


def span_words(start: datetime | None, end: datetime | None) -> str:
    zone = edition().zone
    if start is None and end is None:
        return str(_("the whole stay"))
    if start is None:
        return str(_("until %(end)s", end=moment(end, zone))) if end else ""
    if end is None:
        return str(_("from %(start)s", start=moment(start, zone)))
    return str(_("%(start)s until %(end)s", start=moment(start, zone), end=moment(end, zone)))


@blueprint.route(f"{GROUPS}/new", methods=["GET", "POST"])
@needs(EDIT)
def new_partition(code: str) -> ResponseReturnValue:
    row = find(code)
    fields = partition_fields(row)
    form = Form.empty(fields) if request.method == "GET" else Form.sent(fields, request.form)
    made: list[int] = []

    def create(db: DbSession) -> None:
        delegation = queries.get_delegation(db, edition().id, code)
        made.append(groups_services.create_partition(db, delegation, form.values, actor=actor(), now=clock.now()).id)

    if request.method == "GET" or not saved(form, create):
        page = render_template("organizer/delegations/partition_form.html", section=SECTION, row=row, form=form)
        return page, 422 if form.faults else 200
    flash(_("Now add the groups."), "ok")
    return redirect(url_for("organizer.partition", code=code, partition_id=made[0]))


@blueprint.route(f"{ONE}/edit", methods=["GET", "POST"])
@needs(EDIT)
def edit_partition(code: str, partition_id: int) -> ResponseReturnValue:
    delegation, row = own_partition(code, partition_id)
    fields = partition_fields(whole_of(row))
    form = Form.of(fields, row) if request.method == "GET" else Form.sent(fields, request.form, row)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        groups_services.update_partition(db, edition().id, row.id, form.values, **by)

    if request.method == "GET" or not saved(form, change, lambda: own_partition(code, partition_id)[1]):
        page = render_template(
            "organizer/delegations/partition_form.html", section=SECTION, row=delegation, form=form, partition=row,
            history=past("partition", row.id),
        )  # fmt: skip
        return page, form.status if request.method == "POST" else 200
    flash(_("The groups have been saved."), "ok")
    return redirect(url_for("organizer.partition", code=code, partition_id=row.id))


@blueprint.post(f"{ONE}/remove")
@needs(EDIT)
def remove_partition(code: str, partition_id: int) -> ResponseReturnValue:
    own_partition(code, partition_id)

    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        by: Any = {"version": version or 0, "actor": actor(), "now": now}
        return groups_services.remove_partition(db, edition().id, partition_id, **by)

    kept = url_for("organizer.partition", code=code, partition_id=partition_id)
    back = url_for("organizer.delegation_groups", code=code)
    return removed(remove, _("The groups have been removed."), back, kept=kept)


@blueprint.route(f"{ONE}/groups/new", methods=["GET", "POST"])
@needs(EDIT)
def new_group_of_delegation(code: str, partition_id: int) -> ResponseReturnValue:
    _delegation, row = own_partition(code, partition_id)
    fields = group_fields(whole_of(row))
    form = Form.empty(fields) if request.method == "GET" else Form.sent(fields, request.form)

    def create(db: DbSession) -> None:
        partition = groups_queries.get_partition(db, edition().id, partition_id)
        groups_services.create_group(db, partition, form.values, actor=actor(), now=clock.now())

    if request.method == "GET" or not saved(form, create):
        page = render_template(
            "organizer/delegations/group_form.html", section=SECTION, code=code, partition=row, form=form
        )
        return page, 422 if form.faults else 200
    flash(_("The group has been added."), "ok")
    return redirect(url_for("organizer.partition", code=code, partition_id=row.id))


def own_group(code: str, partition_id: int, group_id: int) -> tuple[Partition, DelegationGroup]:
    _delegation, row = own_partition(code, partition_id)
    group = groups_queries.get_group(reading(), edition().id, group_id)
    if group.partition_id != row.id:
        raise NotFound(entity="delegation_group")
    return row, group


@blueprint.route(f"{ONE}/groups/<id:group_id>", methods=["GET", "POST"])
@needs(EDIT)
def group_of_delegation(code: str, partition_id: int, group_id: int) -> ResponseReturnValue:
    row, group = own_group(code, partition_id, group_id)
    fields = group_fields(whole_of(row))
    form = Form.of(fields, group) if request.method == "GET" else Form.sent(fields, request.form, group)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        groups_services.update_group(db, edition().id, group_id, form.values, **by)

    if request.method == "GET" or not saved(form, change, lambda: own_group(code, partition_id, group_id)[1]):
        page = render_template(
            "organizer/delegations/group_form.html", section=SECTION, code=code, partition=row, form=form, group=group,
            history=past("delegation_group", group.id),
        )  # fmt: skip
        return page, form.status if request.method == "POST" else 200
    flash(_("The group has been saved."), "ok")
    return redirect(url_for("organizer.partition", code=code, partition_id=row.id))


@blueprint.post(f"{ONE}/groups/<id:group_id>/remove")
@needs(EDIT)
def remove_group_of_delegation(code: str, partition_id: int, group_id: int) -> ResponseReturnValue:
    own_group(code, partition_id, group_id)

    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        by: Any = {"version": version or 0, "actor": actor(), "now": now}
        return groups_services.remove_group(db, edition().id, group_id, **by)

    back = url_for("organizer.partition", code=code, partition_id=partition_id)
    return removed(remove, _("The group has been removed. Its people are without a group now."), back)


def picture_of(picture: Picture) -> tuple[Drawing, list[str]]:
    """Together before they split and after they rejoin, and the branches between; with when each begins."""
    ids = [group.id for group in picture.groups]
    columns: list[dict[Any, Any]] = [places(stretch) for stretch in picture.stretches]
    begin = [short(stretch.start) for stretch in picture.stretches]
    if columns and picture.ends.start is not None:
        columns.insert(0, {ALL: picture.people})
        begin.insert(0, "")
    if columns and picture.ends.end is not None:
        columns.append({ALL: picture.people})
        begin.append(short(picture.ends.end))
    apart = (WITHOUT, DOUBLED, ALL)
    return drawn(columns, [*ids, *apart], plain=apart), begin


def short(at: datetime | None) -> str:
    """As short as the column is wide: 22 May 09:00 · 5月22日 09:00."""
    if at is None:
        return ""
    shown = local(at, edition().zone)
    return f"{short_day(shown)} {time(shown)}"


def places(stretch: Stretch) -> dict[Any, Any]:
    return {**stretch.groups, WITHOUT: stretch.without, DOUBLED: stretch.doubled}


def branches(picture: Picture, lines: Iterable[MemberLine]) -> list[Branch]:
    """The groups in their order, each with its people in theirs."""
    by_person = {line.registration_id: line for line in lines}
    rows = []
    for place, group in enumerate(picture.groups):
        people = [
            (line, row)
            for registration_id, line in by_person.items()
            for row in picture.rows.get(registration_id, ())
            if row.group_id == group.id
        ]
        counts = [len(stretch.groups.get(group.id, ())) for stretch in picture.stretches]
        captain = by_person.get(group.captain_id or 0)
        led = full_name(captain.name) if captain else ""
        name = pick(group.name, language()) or group.code
        rows.append(Branch(str(group.id), name, color_of(place), counts, people, group, led))
    return rows


def missing(picture: Picture, lines: Iterable[MemberLine]) -> list[tuple[MemberLine, list[str]]]:
    """List people without a group for some time, with the periods; heads and interpreters first."""
    lacking: dict[int, list[str]] = {}
    for gap in gaps(picture.stretches):
        lacking.setdefault(gap.registration, []).append(span_words(gap.start, gap.end))
    rows = [(line, lacking[line.registration_id]) for line in lines if line.registration_id in lacking]
    return sorted(rows, key=lambda row: row[0].role not in FIRST)

"""The liaison's workspace: a delegation's people by day, start time and branch, with conflicts and missing data.

Those who may edit the delegation move people to another branch there.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid
from forumapp.core.values.numbers import id_from
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.latest import latest_of
from forumapp.domain.delegations import queries
from forumapp.domain.delegations.groups import members as groups_members
from forumapp.domain.delegations.groups import queries as groups_queries
from forumapp.domain.delegations.groups.members import MovedMeanwhile
from forumapp.domain.delegations.groups.queries import mark_of
from forumapp.domain.delegations.itineraries.workspace import group_mark
from forumapp.domain.delegations.rules.slots import WITHOUT
from forumapp.web.forms.faults import fault
from forumapp.web.frame import Offer, tell
from forumapp.web.organizer.delegations.coach_runs import riding_apart_from_group
from forumapp.web.organizer.delegations.delegations import SECTION, is_within
from forumapp.web.organizer.delegations.workspace_board import Asked, board_of
from forumapp.web.organizer.itineraries.groups import partition_of
from forumapp.web.organizer.itineraries.partition import items_of, people_sent
from forumapp.web.organizer.kit.guard import blueprint, edition, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import tell_removed
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from forumapp.domain.delegations.groups.queries import Picture
    from forumapp.domain.delegations.models.delegations import Delegation
    from forumapp.domain.delegations.models.groups import Partition

SEE, EDIT = Permission.SEE_ITINERARIES, Permission.EDIT_DELEGATIONS
AT = "/<edition>/delegations/<code>/workspace"


@blueprint.get(AT)
@needs(SEE)
def workspace(code: str) -> str:
    return page_of(_delegation(code, SEE))


def page_of(row: Delegation, refused: str = "") -> str:
    asked = Asked.of(request.args)
    board = board_of(reading(), row, asked)
    return render_template(
        "organizer/delegations/workspace.html",
        section=SECTION,
        row=row,
        board=board,
        asked=board.asked,
        refused=refused,
    )


@blueprint.get(f"{AT}/board")
@needs(SEE)
def workspace_board(code: str) -> Response:
    """The board alone, which the page asks for again and again: made only where anything was changed since."""
    row = _delegation(code, SEE)
    tag = f"{latest_of(reading(), edition().id)}-{language()}"
    if request.if_none_match.contains(tag):
        return make_response("", 304)
    board = board_of(reading(), row, Asked.of(request.args))
    answer = make_response(
        render_template("organizer/delegations/workspace_board.html", row=row, board=board, asked=board.asked)
    )
    answer.set_etag(tag)
    return answer


@blueprint.post(f"{AT}/<id:partition_id>/move")
@needs(EDIT)
def move_in_workspace(code: str, partition_id: int) -> ResponseReturnValue:
    """Move the selected people, and everyone in the selected branches, to another branch from a given start on."""
    delegation, row = partition_of(code, partition_id, EDIT)
    members = {member.registration_id for member in queries.list_members(reading(), delegation)}
    picture = groups_queries.picture_of(reading(), row, members)
    try:
        start, end = _times(delegation, row)
        seen = _people(picture, start)
        group_id = _group(picture)
        since = None if start == picture.ends.start else start  # and stays so when they split at another time
        with transaction() as db:
            by: Any = {"start": since, "end": end, "actor": actor(), "now": clock.now()}
            removal = groups_members.put_into_group(db, edition().id, group_id, seen, **by)
            outside_coach = {
                registration_id
                for those in riding_apart_from_group(db, delegation).values()
                for registration_id in those
                if registration_id in seen
            }
    except (Invalid, MovedMeanwhile) as refusal:
        words = fault(next(iter(refusal.fields.values()), refusal.code))
        return page_of(_delegation(code, EDIT), words), refusal.status
    back = url_for("organizer.workspace", code=code, **Asked.of(request.args).kept)
    if removal is None:
        flash(_("All of them were there already."), "info")
    else:
        words = ngettext("%(num)s person has been moved.", "%(num)s people have been moved.", len(seen))
        if is_within(removal.delegation_id or 0, EDIT):
            tell_removed(removal, words, back=back)
        else:  # people of several delegations, which those of their whole take back
            flash(words, "ok")
        _tell_of_coaches(code, len(outside_coach))
    return redirect(back)


def _tell_of_coaches(code: str, number: int) -> None:
    """Offer to reseat the people who moved, because seats do not follow groups."""
    if number:
        words = ngettext(
            "%(num)s of them does not ride in the coach of their group.",
            "%(num)s of them do not ride in the coaches of their groups.",
            number,
        )
        at = url_for("organizer.seat_all_by_groups", code=code, back="workspace", **Asked.of(request.args).kept)
        see = Offer(_("Coaches"), url_for("organizer.delegation_coaches", code=code))
        tell(words, "warn", do=Offer(_("Seat everyone by their group"), at), see=see)


def _delegation(code: str, permission: Permission) -> Delegation:
    return queries.get_delegation(reading(), edition().id, code, within=within(permission))


def _times(delegation: Delegation, row: Partition) -> tuple[datetime, datetime | None]:
    """From when something begins, as the page showed it, until something later does or they rejoin."""
    items = items_of(delegation, row)
    try:
        start = datetime.fromisoformat(request.form.get("start", ""))
    except ValueError as error:
        raise Invalid(fields={"start": "begins-no-more"}) from error
    if start not in {item.start_utc for item in items}:  # it was moved or removed since
        raise Invalid(fields={"start": "begins-no-more"})
    until = request.form.get("until", "")
    end = next((item.start_utc for item in items if str(item.id) == until), None)
    if until and (end is None or end <= start):
        raise Invalid(fields={"until": "begins-no-more"})
    return start, end


def _group(picture: Picture) -> int:
    group_id = id_from(request.form.get("group_id", ""))
    if group_id not in {group.id for group in picture.groups}:
        raise Invalid(fields={"group_id": "choose-a-group"})
    assert group_id is not None  # noqa: S101 (no group has None)
    return group_id


def _people(picture: Picture, at: datetime) -> dict[int, str]:
    if not (seen := people_sent() | _branches_sent(picture, at)):
        raise Invalid(fields={"person": "nobody-ticked"})
    return seen


def _branches_sent(picture: Picture, at: datetime) -> dict[int, str]:
    """All who are in the branches that are ticked, unless others are there now than were seen."""
    stretch = next((stretch for stretch in picture.stretches if stretch.holds(at)), None)
    branches: dict[int, str] = {}
    for value in request.form.getlist("branch"):
        text, _colon, mark = value.partition(":")
        places: dict[str, frozenset[int]] = {WITHOUT: stretch.without} if stretch else {}
        places |= {str(group): those for group, those in stretch.groups.items()} if stretch else {}
        people = places.get(text, frozenset())
        if group_mark(people, picture.rows) != mark:
            raise MovedMeanwhile(registrations=sorted(people))
        branches |= {person: mark_of(picture.rows[person]) for person in people}
    return branches

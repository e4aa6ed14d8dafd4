"""Edit a delegation, its support staff, and the roles of its members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import AlreadyExists, Invalid
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations import queries
from forumapp.domain.delegations.members import roster, services
from forumapp.domain.delegations.members.services import DelegationFull
from forumapp.schemas.choices import MemberRole
from forumapp.web.forms.faults import fault
from forumapp.web.forms.fields import Choice, Day, Field, Number, Pick, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.delegations.delegations import SECTION
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, may, needs, officers, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed
from forumapp.web.organizer.kit.suggestions import organization_box
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.models.delegations import Delegation

ALL = 200


def find(code: str, permission: Permission = Permission.EDIT_DELEGATIONS) -> Delegation:
    return queries.get_delegation(reading(), edition().id, code, within=within(permission))


def wholes_offered(row: Delegation) -> list[tuple[str, Any]]:
    """List the delegations that can be its parent: all except itself and its parts."""
    parts = set(queries.list_parts(reading(), row))
    everyone = queries.delegations_page(reading(), edition().id, size=ALL).items
    return [(str(row.id), pick(row.name, language())) for row in everyone if row.id not in parts]


def organization_field(name: str, label: Any, *, required: bool = False) -> Field:
    """Return the field for an organization; callers limited to delegations choose among those of this edition."""
    if may("see-people", everywhere=True):
        return organization_box(name, label, required=required)
    return Pick(name=name, label=label, required=required, offer=organizations_offered)


def organizations_offered() -> list[tuple[str, Any]]:
    limit = within(Permission.EDIT_DELEGATIONS) or frozenset()
    seen = roster.organizations_in_reach(reading(), edition().id, limit)
    return [(str(row_id), pick(name, language())) for row_id, name in seen]


def fields(row: Delegation) -> tuple[Field, ...]:
    """Return the fields that the liaison may change, and more for those who manage delegations."""
    own: tuple[Field, ...] = (
        Texts(name="name", label=_l("Name"), help=_l("Such as Jiangsu Delegation."), required=True),
        Texts(name="origin", label=_l("From"), help=_l("The place that it comes from.")),
        organization_field("lead_organization_id", _l("Led by")),
        Day(name="arrives_on", label=_l("Arrives on")),
        Day(name="departs_on", label=_l("Departs on")),
    )
    phone = Field(
        name="liaison_phone",
        label=_l("Phone of the liaison"),
        help=_l(
            "Every member sees it on their own page and on their emergency card. "
            "Leave it empty to show none; when someone else becomes the liaison, write theirs."
        ),
        longest=50,
    )
    if not may("set-up-delegations"):
        return (*own, phone)
    return (
        *own,
        Pick(name="parent_id", label=_l("Part of"), offer=lambda: wholes_offered(row), empty=_l("Of none")),
        Number(name="quota", label=_l("Places"), help=_l("Leave empty for no limit.")),
        Pick(name="liaison_id", label=_l("Delegation liaison"), offer=officers, empty=_l("Nobody yet")),
        phone,
    )


@blueprint.route("/<edition>/delegations/<code>/edit", methods=["GET", "POST"])
@needs(Permission.EDIT_DELEGATIONS)
def edit_delegation(code: str) -> ResponseReturnValue:
    row = find(code)
    form = Form.of(fields(row), row) if request.method == "GET" else Form.sent(fields(row), request.form, row)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        services.update_delegation(db, edition().id, row.id, form.values, **by)

    if request.method == "GET" or not saved(form, change, lambda: find(code)):
        page = render_template("organizer/delegations/edit.html", section=SECTION, row=row, form=form)
        return page, form.status if request.method == "POST" else 200
    flash(_("The delegation has been saved."), "ok")
    return redirect(url_for("organizer.delegation", code=code))


@blueprint.route("/<edition>/delegations/<code>/supporters/new", methods=["GET", "POST"])
@needs(Permission.EDIT_DELEGATIONS)
def new_supporter(code: str) -> ResponseReturnValue:
    row = find(code)
    asked = (organization_field("organization_id", _l("Organization"), required=True),)
    form = Form.empty(asked) if request.method == "GET" else Form.sent(asked, request.form)

    def add(db: DbSession) -> None:
        delegation = queries.get_delegation(db, edition().id, code)
        roster.add_supporter(db, delegation, form.values["organization_id"], actor=actor(), now=clock.now())

    if request.method == "GET" or not saved(form, add):
        page = render_template("organizer/delegations/supporter.html", section=SECTION, row=row, form=form)
        return page, 422 if form.faults else 200
    flash(_("The supporter has been added."), "ok")
    return redirect(url_for("organizer.delegation", code=code))


@blueprint.post("/<edition>/delegations/<code>/supporters/<id:supporter_id>/remove")
@needs(Permission.EDIT_DELEGATIONS)
def remove_supporter(code: str, supporter_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        row = queries.get_delegation(db, edition().id, code, within=within(Permission.EDIT_DELEGATIONS))
        roster.get_supporter(db, row, supporter_id)
        return roster.remove_supporter(db, edition().id, supporter_id, version=version or 0, actor=actor(), now=now)

    words = _("The supporter has been removed. The organization stays.")
    return removed(remove, words, url_for("organizer.delegation", code=code))


@blueprint.route("/<edition>/delegations/<code>/members/<id:member_id>", methods=["GET", "POST"])
@needs(Permission.EDIT_DELEGATIONS)
def delegation_member(code: str, member_id: int) -> ResponseReturnValue:
    """Set a member's role in the delegation: head, deputy or interpreter."""
    delegation = find(code)
    row = queries.get_member(reading(), delegation, member_id)
    asked = (Choice(name="role", label=_l("Role"), kind=MemberRole, required=True),)
    form = Form.of(asked, row) if request.method == "GET" else Form.sent(asked, request.form, row)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        roster.update_member(db, edition().id, member_id, form.values, **by)

    if request.method == "GET" or not saved(form, change, lambda: queries.get_member(reading(), delegation, member_id)):
        page = render_template(
            "organizer/delegations/member.html",
            section=SECTION,
            row=delegation,
            name=roster.name_of_member(reading(), row),
            form=form,
            history=past("delegation_member", row.id),
        )
        return page, form.status if request.method == "POST" else 200
    flash(_("The role has been saved."), "ok")
    return redirect(url_for("organizer.delegation", code=code))


@blueprint.route("/<edition>/delegations/<code>/members/new", methods=["GET", "POST"])
@needs(Permission.EDIT_DELEGATIONS, everywhere=True)
def new_members(code: str) -> ResponseReturnValue:
    """Add the selected registrations, which are in no delegation, to this one: all of them or none."""
    row, words = find(code), ""
    if request.method == "POST":
        ids = dict.fromkeys(request.form.getlist("registrations", whole_number))
        try:
            with transaction() as db:
                delegation = queries.get_delegation(db, edition().id, code)
                for registration_id in ids:
                    services.add_member(db, delegation, registration_id, actor=actor(), now=clock.now())
        except (AlreadyExists, Invalid, DelegationFull) as refusal:
            words = why_not_added(refusal)
        else:
            if ids:
                message = ngettext("%(num)s person has been added.", "%(num)s people have been added.", len(ids))
                flash(message, "ok")
                return redirect(url_for("organizer.delegation", code=code))
            words = _("Nobody is chosen.")
    search = request.values.get("search", "")
    number = request.values.get("page", 1, whole_number)
    page = roster.candidates_page(reading(), edition().id, search=search, number=number)
    shown = render_template(
        "organizer/delegations/new_members.html",
        section=SECTION,
        row=row,
        page=page,
        search=search,
        words=words,
        ticked=set(request.form.getlist("registrations")),
    )
    return shown, 422 if words else 200


def why_not_added(refusal: AlreadyExists | Invalid | DelegationFull) -> str:
    if isinstance(refusal, DelegationFull):
        name = refusal.details["name"]
        return str(_("The delegation “%(name)s” does not have enough spots left. Nobody was added.", name=name))
    code = next(iter(refusal.fields.values()), refusal.code)
    if code == "in-a-delegation":
        return str(_("One of them is in a delegation already. Nobody was added."))
    if code == "not-active":
        return str(_("The registration of one of them is no longer active. Nobody was added."))
    return fault(code)

"""Hosts, organizers, supporters and sponsors of an edition, in print order."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.values.text import has_han, pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.forums import queries
from forumapp.domain.forums.hosts import services
from forumapp.domain.people.records.services import create_organization
from forumapp.schemas.choices import HostRole
from forumapp.web.forms.combobox import New
from forumapp.web.forms.fields import Choice, Pick, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.ordering import Arrangement, order_refused, place_on_page
from forumapp.web.forms.pictures import PictureField
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, may, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed, tell_saved
from forumapp.web.organizer.kit.suggestions import organization_box
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.forums.queries import HostLine
    from forumapp.web.forms.fields import Field

SECTION = "hosts"


def levels_offered() -> list[tuple[str, Any]]:
    return [(str(level.id), pick(level.name, language())) for level in queries.list_levels(reading(), edition().id)]


def fields(row: HostLine | None = None) -> tuple[Field, ...]:
    level = Pick(name="level_id", label=_l("Sponsor level"), help=_l("For sponsors alone."), offer=levels_offered)
    return (
        Choice(name="role", label=_l("Role"), kind=HostRole, required=True),
        *((level,) if levels_offered() else ()),
        organization_field(row),
        PictureField(name="logo", label=_l("Logo"), help=_l("A drawing (SVG) is sharpest on paper.")),
        Texts(name="remark", label=_l("Remark"), help=_l("Shown under the name.")),
    )


def organization_field(row: HostLine | None) -> Field:
    """Return the field for an organization: any or a new one, or for callers without the registry, the current one."""
    name, label = "organization_id", _l("Organization")
    if row is not None and not may("see-people", everywhere=True):
        return Pick(name=name, label=label, offer=lambda: [(str(row.organization_id), pick(row.name, language()))])
    adds = may("edit-people", everywhere=True)
    return organization_box(name, label, required=True, adds=adds, help=_l("Type any of its names."))


@blueprint.get("/<edition>/hosts", endpoint="hosts")
@needs(Permission.SEE_EDITION)
def hosts_page(arrangement: Arrangement | None = None, levels_arranged: Arrangement | None = None) -> str:
    db = reading()
    lines, levels = queries.list_hosts(db, edition().id), queries.list_levels(db, edition().id)
    arrangement = arrangement or Arrangement.of(lines)
    levels_arranged = levels_arranged or Arrangement.of(levels)
    return render_template(
        "organizer/hosts/list.html",
        section=SECTION,
        groups=in_groups(arrangement.sorted(lines)),
        arrangement=arrangement,
        theirs=[pick(line.name, language()) for line in arrangement.sorted_as_theirs(lines)],
        levels=levels_arranged.sorted(levels),
        levels_arranged=levels_arranged,
        their_levels=[pick(level.name, language()) for level in levels_arranged.sorted_as_theirs(levels)],
    )


def in_groups(lines: list[HostLine]) -> list[tuple[HostRole, dict[str, str] | None, list[HostLine]]]:
    """By role and level, within which the order is theirs to set."""
    place = {group: number for number, group in enumerate(dict.fromkeys(map(group_of, lines)))}
    together = sorted(lines, key=lambda line: place[group_of(line)])
    groups = [list(group) for _, group in groupby(together, key=group_of)]
    return [(group[0].role, group[0].level, group) for group in groups]


def group_of(line: HostLine) -> tuple[HostRole, int | None]:
    return line.role, line.level_id


@blueprint.post("/<edition>/hosts/order")
@needs(Permission.EDIT_EDITION)
def order_hosts() -> ResponseReturnValue:
    def change(db: DbSession, ids: list[int], version: int) -> None:
        services.order_hosts(db, edition().id, ids, version=version, actor=actor(), now=clock.now())

    if refused := order_refused(change, lambda: queries.host_order(reading(), edition().id)):
        return hosts_page(refused), 412
    return redirect(url_for("organizer.hosts", _anchor=place_on_page()))


@blueprint.route("/<edition>/hosts/new", methods=["GET", "POST"])
@needs(Permission.EDIT_EDITION)
def new_host() -> ResponseReturnValue:
    if request.method == "GET":
        role = request.args.get("role", "host")
        return host_page(Form.empty(fields(), role=role, level_id=request.args.get("level", "")), None)
    form = Form.sent(fields(), request.form)

    def create(db: DbSession) -> None:
        services.add_host(db, edition().id, host_values(db, form.values), actor=actor(), now=clock.now())

    if not saved(form, create):
        return host_page(form, None), 422
    flash(_("The host has been added."), "ok")
    return redirect(url_for("organizer.hosts"))


@blueprint.route("/<edition>/hosts/<id:host_id>", methods=["GET", "POST"])
@needs(Permission.SEE_EDITION, to_change=Permission.EDIT_EDITION)
def host(host_id: int) -> ResponseReturnValue:
    row = queries.get_host(reading(), edition().id, host_id)
    if request.method == "GET":
        return host_page(Form.of(fields(row), row), row)
    form = Form.sent(fields(row), request.form, row)
    now = clock.now()

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": now}
        services.update_host(db, edition().id, host_id, host_values(db, form.values), **by)

    def current() -> HostLine:
        return queries.get_host(reading(), edition().id, host_id)

    if not saved(form, change, current):
        return host_page(form, current()), form.status
    tell_saved(_("The host has been saved."), "picture", host_id, since=now)
    return redirect(url_for("organizer.hosts"))


@blueprint.post("/<edition>/hosts/<id:host_id>/remove")
@needs(Permission.EDIT_EDITION)
def remove_host(host_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        return services.remove_host(db, edition().id, host_id, version=version or 0, actor=actor(), now=now)

    return removed(remove, _("The host has been removed. The organization stays."), url_for("organizer.hosts"))


def host_values(db: DbSession, values: dict[str, Any]) -> dict[str, Any]:
    """The form's values for a service: an organization that was new is added, under the name that was typed, and a
    level that was chosen before the role was changed counts no more.
    """
    named, level = values["organization_id"], {}
    if isinstance(named, New):
        name = {"zh-Hans" if has_han(named.text) else "en": named.text}
        named = create_organization(db, {"legal": name}, actor=actor(), now=clock.now()).id
    if values["role"] != HostRole.SPONSOR:
        level = {"level_id": None}
    return {**values, **level, "organization_id": named}


def host_page(form: Form, row: HostLine | None) -> str:
    history = past("edition_host", row.id) if row else []
    return render_template("organizer/hosts/one.html", section=SECTION, form=form, row=row, history=history)

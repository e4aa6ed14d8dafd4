"""Organizations across editions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.values.numbers import whole_number
from forumapp.domain.accounts.access import list_editions_of
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.queries import editions_of_organization
from forumapp.domain.forums.queries import list_editions
from forumapp.domain.people import queries
from forumapp.domain.people.duplicates.attention import ORGANIZATIONS
from forumapp.domain.people.duplicates.queries import doubles_of
from forumapp.domain.people.records import services
from forumapp.schemas.choices import Kept, OrganizationKind
from forumapp.web.forms.fields import Choice, PickCode, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.registry_fields import Names
from forumapp.web.forms.repeated_fields import Lines
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, may, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.suggestions import organization_box
from forumapp.web.organizer.settings.attention import narrowed
from forumapp.web.wording import labels
from forumapp.web.wording.words import regions

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.people.models import Organization

SECTION = "people"
FIELDS = (
    Names(name="legal", label=_l("Legal name"), help=_l("As it is registered."), required=True),
    Names(name="short", label=_l("Short name"), help=_l("As it is printed on badges.")),
    Texts(name="abbreviation", label=_l("Abbreviation")),
    Lines(
        name="also_known_as",
        label=_l("Also known as"),
        help=_l("Former names and other spellings, one on each line. It is found by them, and they are never printed."),
    ),
    Choice(name="kind", label=_l("Kind"), kind=OrganizationKind, required=True),
    PickCode(name="country_region", label=_l("Country or region"), offer=regions),
    organization_box("parent_id", _l("Part of"), help=_l("The organization or region above it, if there is one.")),
)


@blueprint.get("/<edition>/organizations")
@needs(Permission.SEE_PEOPLE, everywhere=True)
def organizations() -> str:
    wanted = {name: request.args.get(name, "") for name in ("search", "kind", "region")}
    kinds = dict(labels.options(OrganizationKind))
    need = narrowed(ORGANIZATIONS)
    page = queries.organizations_page(
        reading(),
        search=wanted["search"],
        only=ORGANIZATIONS[need](edition().id, edition().languages) if need else None,
        kind=OrganizationKind(wanted["kind"]) if wanted["kind"] in kinds else None,
        region=wanted["region"],
        number=request.args.get("page", 1, whole_number),
    )
    used = set(queries.list_regions(reading()))
    return render_template(
        "organizer/organizations/list.html",
        section=SECTION,
        page=page,
        wanted={name: value for name, value in wanted.items() if value},
        need=need,
        kinds=kinds.items(),
        regions=[(code, name) for code, name in regions() if code in used],
    )


@blueprint.route("/<edition>/organizations/new", methods=["GET", "POST"])
@needs(Permission.EDIT_PEOPLE, everywhere=True)
def new_organization() -> ResponseReturnValue:
    if request.method == "GET":
        return organization_page(Form.empty(FIELDS, kind="other"), None)
    form = Form.sent(FIELDS, request.form)
    made: list[Organization] = []

    def create(db: DbSession) -> None:
        made.append(services.create_organization(db, form.values, actor=actor(), now=clock.now()))

    if not saved(form, create):
        return organization_page(form, None), 422
    flash(_("The organization has been added."), "ok")
    return redirect(url_for("organizer.organization", organization_id=made[0].id))


@blueprint.route("/<edition>/organizations/<id:organization_id>", methods=["GET", "POST"])
@needs(Permission.SEE_PEOPLE, to_change=Permission.EDIT_PEOPLE, everywhere=True)
def organization(organization_id: int) -> ResponseReturnValue:
    row = queries.get_organization(reading(), organization_id)
    if request.method == "GET":
        return organization_page(Form.of(FIELDS, row), row)
    form = Form.sent(FIELDS, request.form, row)

    def change(db: DbSession) -> None:
        version = form.based_on
        services.update_organization(db, organization_id, form.values, version=version, actor=actor(), now=clock.now())

    def current() -> Organization:
        return queries.get_organization(reading(), organization_id)

    if not saved(form, change, current):
        return organization_page(form, current()), form.status
    flash(_("The organization has been saved."), "ok")
    return redirect(url_for("organizer.organization", organization_id=organization_id))


def organization_page(form: Form, row: Organization | None) -> str:
    db = reading()
    mine = list_editions_of(db, actor=actor())
    editions = editions_of_organization(db, row.id, among=mine) if row else {}
    return render_template(
        "organizer/organizations/one.html",
        section=SECTION,
        form=form,
        row=row,
        parts=queries.list_parts(db, row.id) if row else [],
        people=queries.people_of_organization(db, row.id) if row else [],
        editions=[(row, editions[row.id]) for row in list_editions(db, list(editions))],
        doubles=doubles_of(db, Kept.ORGANIZATION, row.id, actor=actor())
        if row and may("edit-people", everywhere=True)
        else [],
        history=past("organization", row.id) if row else [],
    )

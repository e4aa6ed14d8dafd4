"""The posts of a person, and the titles under which they appear in this edition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.errors import Invalid
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.text import has_han, pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.people import queries
from forumapp.domain.people.records import posts as services
from forumapp.domain.people.records.services import (
    add_affiliation,
    add_edition_title,
    create_organization,
    name_of,
    remove_edition_title,
    update_edition_title,
)
from forumapp.web.forms.combobox import New, SuggestedTexts
from forumapp.web.forms.fields import Day, Field, Flag, Pick, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.ordering import order_refused
from forumapp.web.organizer.kit.guard import blueprint, edition, may, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed
from forumapp.web.organizer.kit.suggestions import organization_box
from forumapp.web.organizer.people.people import SECTION, own, whole_page
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.people.models import Affiliation, EditionTitle

TITLE = SuggestedTexts(
    name="title",
    label=_l("Title"),
    help=_l("Approved titles are suggested in both languages while you type one of them."),
    source="organizer.suggested_titles",
)
DATES = (Day(name="starts_on", label=_l("From")), Day(name="ends_on", label=_l("Until")))


def organization_field(person_id: int) -> Field:
    """Return the organization field: any or a new one; without access to the registry, those of the person."""
    name, label = "organization_id", _l("Organization")
    if may("see-people", everywhere=True):
        adds = may("edit-people", everywhere=True)
        return organization_box(name, label, adds=adds, help=_l("Type any of its names."))
    rows = queries.organizations_of(reading(), person_id)
    return Pick(name=name, label=label, offer=lambda: [(str(row.id), _name(row)) for row in rows])


def _name(organization: Any) -> str:
    return pick(queries.organization_name(organization.short, organization.legal, None), language())


def affiliation_values(db: DbSession, values: dict[str, Any]) -> dict[str, Any]:
    """Return the form's values for a service; a new organization is created."""
    new = values.get("organization_id")
    if not isinstance(new, New):
        return values
    legal = {"zh-Hans" if has_han(new.text) else "en": new.text}
    made = create_organization(db, {"legal": legal}, actor=actor(), now=clock.now())
    return {**values, "organization_id": made.id}


def post_fields(person_id: int) -> tuple[Field, ...]:
    return (TITLE, organization_field(person_id), *DATES)


def title_fields(person_id: int) -> tuple[Field, ...]:
    written = Texts(
        name="organization_name",
        label=_l("Organization as written"),
        help=_l("Only if the registry does not have it."),
    )
    return (TITLE, UNTITLED, organization_field(person_id), written)


@dataclass(frozen=True, kw_only=True)
class Untitled(Flag):
    """That no title is meant, and none was forgotten."""

    def get(self, row: EditionTitle) -> bool:
        return not any(row.title.values())


UNTITLED = Untitled(name="untitled", label=_l("Without a title: the organization alone is printed, or nothing"))


def ask_for_title(form: Form) -> None:
    """Require either a title or the statement that there is none."""
    untitled = form.values.pop(UNTITLED.name, False)
    if "title" in form.values and not untitled and not any(form.values["title"].values()):
        form.refuse(Invalid(fields={"title": "title-or-none"}))


def one_page(form: Form, person_id: int, what: str, row: Any = None) -> str:
    """Render the page of one post or title. `what` is "post" or "title"."""
    person = own(reading(), person_id)
    return render_template(
        f"organizer/people/{what}.html", section=SECTION, form=form, person=person, name=name_of(person), row=row
    )


@blueprint.route("/<edition>/people/<id:person_id>/posts/new", methods=["GET", "POST"])
@needs(Permission.EDIT_PEOPLE)
def new_post(person_id: int) -> ResponseReturnValue:
    own(reading(), person_id)
    fields = post_fields(person_id)
    if request.method == "GET":
        return one_page(Form.empty(fields), person_id, "post")
    form = Form.sent(fields, request.form)

    def create(db: DbSession) -> None:
        values = affiliation_values(db, dict(form.values))
        by: Any = {"actor": actor(), "now": clock.now()}
        add_affiliation(db, person_id, values.pop("organization_id"), values.pop("title"), **values, **by)

    if not saved(form, create):
        return one_page(form, person_id, "post"), 422
    flash(_("The post has been added."), "ok")
    return back(person_id)


@blueprint.route("/<edition>/people/<id:person_id>/posts/<id:affiliation_id>", methods=["GET", "POST"])
@needs(Permission.SEE_PEOPLE, to_change=Permission.EDIT_PEOPLE)
def post(person_id: int, affiliation_id: int) -> ResponseReturnValue:
    own(reading(), person_id)

    def current() -> Affiliation:
        return services.get_affiliation(reading(), person_id, affiliation_id)

    row, fields = current(), post_fields(person_id)
    if request.method == "GET":
        return one_page(Form.of(fields, row), person_id, "post", row)
    form = Form.sent(fields, request.form, row)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        services.update_affiliation(db, person_id, affiliation_id, affiliation_values(db, form.values), **by)

    if not saved(form, change, current):
        return one_page(form, person_id, "post", current()), form.status
    flash(_("The post has been saved."), "ok")
    return back(person_id)


@blueprint.post("/<edition>/people/<id:person_id>/posts/<id:affiliation_id>/remove")
@needs(Permission.EDIT_PEOPLE)
def remove_post(person_id: int, affiliation_id: int) -> ResponseReturnValue:
    own(reading(), person_id)

    def take_away(db: DbSession, version: int | None, now: datetime) -> Removal:
        based_on = -1 if version is None else version
        return services.remove_affiliation(db, person_id, affiliation_id, version=based_on, actor=actor(), now=now)

    here = url_for("organizer.person", person_id=person_id, _anchor="posts")
    return removed(take_away, _("The post has been removed."), here)


@blueprint.post("/<edition>/people/<id:person_id>/posts/order")
@needs(Permission.EDIT_PEOPLE)
def order_posts(person_id: int) -> ResponseReturnValue:
    own(reading(), person_id)

    def change(db: DbSession, ids: list[int], version: int) -> None:
        services.order_affiliations(db, person_id, ids, version=version, actor=actor(), now=clock.now())

    if refused := order_refused(change, lambda: services.affiliation_order(reading(), person_id)):
        return whole_page(person_id, refused), 412
    return back(person_id)


@blueprint.route("/<edition>/people/<id:person_id>/titles/new", methods=["GET", "POST"])
@needs(Permission.EDIT_PEOPLE)
def new_edition_title(person_id: int) -> ResponseReturnValue:
    own(reading(), person_id)
    fields = title_fields(person_id)
    if request.method == "GET":
        return one_page(Form.empty(fields, **taken_from_post(person_id)), person_id, "title")
    form = Form.sent(fields, request.form)
    ask_for_title(form)

    def create(db: DbSession) -> None:
        values = affiliation_values(db, form.values)
        add_edition_title(db, edition().id, person_id, values, actor=actor(), now=clock.now())

    if not saved(form, create):
        return one_page(form, person_id, "title"), 422
    flash(_("The title has been added."), "ok")
    return back(person_id)


def taken_from_post(person_id: int) -> dict[str, Any]:
    """Return the values of a new title, from the current state of the chosen post."""
    chosen = request.args.get("post", 0, whole_number)
    if not chosen:
        return {}
    row = services.get_affiliation(reading(), person_id, chosen)
    return {"title": row.title, "organization_id": row.organization_id}


@blueprint.route("/<edition>/people/<id:person_id>/titles/<id:position>", methods=["GET", "POST"])
@needs(Permission.SEE_PEOPLE, to_change=Permission.EDIT_PEOPLE)
def edition_title(person_id: int, position: int) -> ResponseReturnValue:
    own(reading(), person_id)

    def current() -> EditionTitle:
        return queries.get_edition_title(reading(), edition().id, person_id, position)

    row, fields = current(), title_fields(person_id)
    if request.method == "GET":
        return one_page(Form.of(fields, row), person_id, "title", row)
    form = Form.sent(fields, request.form, row)
    ask_for_title(form)

    def change(db: DbSession) -> None:
        title = queries.get_edition_title(db, edition().id, person_id, position)
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        update_edition_title(db, title, affiliation_values(db, form.values), **by)

    if not saved(form, change, current):
        return one_page(form, person_id, "title", current()), form.status
    flash(_("The title has been saved."), "ok")
    return back(person_id)


@blueprint.post("/<edition>/people/<id:person_id>/titles/<id:position>/remove")
@needs(Permission.EDIT_PEOPLE)
def remove_title(person_id: int, position: int) -> ResponseReturnValue:
    own(reading(), person_id)

    def take_away(db: DbSession, version: int | None, now: datetime) -> Removal:
        row = queries.get_edition_title(db, edition().id, person_id, position)
        return remove_edition_title(db, row, version=version or -1, actor=actor(), now=now)

    here = url_for("organizer.person", person_id=person_id)
    return removed(take_away, _("The title has been removed."), here)


def back(person_id: int) -> ResponseReturnValue:
    return redirect(url_for("organizer.person", person_id=person_id, _anchor="posts"))

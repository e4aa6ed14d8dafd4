"""The parts of a session: its items, and the roles of people in it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda import queries
from forumapp.domain.agenda.sessions import parts, services
from forumapp.domain.people import queries as people
from forumapp.domain.people.records.services import name_of
from forumapp.schemas.choices import AssignmentRole, AssignmentStatus, Interpretation, SessionItemKind
from forumapp.web.forms.fields import Choice, Number, Pick, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.ordering import order_refused, place_on_page
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed
from forumapp.web.organizer.program.session_form import FIELDS, SECTION, session_page
from forumapp.web.wording.labels import language_name
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.models import RoleAssignment, Session, SessionItem
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.people.queries import TitleLine
    from forumapp.domain.people.rules import Name

SESSION = "/<edition>/agenda/sessions/<id:session_id>"
ITEM_FIELDS = (
    Texts(name="title", label=_l("Item title"), required=True),
    Number(
        name="minutes",
        label=_l("Minutes"),
        help=_l(
            "Those of whoever speaks. Interpreted consecutively, it takes twice as long; what follows begins then."
        ),
        least=1,
        required=True,
    ),
    Choice(name="kind", label=_l("Kind"), kind=SessionItemKind, required=True),
    Choice(
        name="mode",
        label=_l("Interpretation"),
        help=_l("Of this item alone, however the rest of the session is interpreted."),
        kind=Interpretation,
        required=True,
    ),
)
MOST_FOUND = 50


@blueprint.route(f"{SESSION}/items/new", methods=["GET", "POST"])
@needs(Permission.EDIT_AGENDA)
def new_item(session_id: int) -> ResponseReturnValue:
    session = session_of(session_id)
    if request.method == "GET":
        return item_page(session, Form.empty(ITEM_FIELDS, kind="speech", mode=session.interpretation.value))
    form = Form.sent(ITEM_FIELDS, request.form)

    def add(db: DbSession) -> None:
        services.add_item(db, session_in(db, session_id), form.values, actor=actor(), now=clock.now())

    if not saved(form, add):
        return item_page(session_of(session_id), form), 422
    flash(_("The item has been added."), "ok")
    return back(session_id)


@blueprint.route(f"{SESSION}/items/<id:item_id>", methods=["GET", "POST"])
@needs(Permission.SEE_AGENDA, to_change=Permission.EDIT_AGENDA)
def item(session_id: int, item_id: int) -> ResponseReturnValue:
    def current() -> SessionItem:
        return queries.get_item(reading(), session_of(session_id), item_id)

    row = current()
    if request.method == "GET":
        return item_page(session_of(session_id), Form.of(ITEM_FIELDS, row), item_id)
    form = Form.sent(ITEM_FIELDS, request.form, row)

    def change(db: DbSession) -> None:
        version = form.based_on
        services.update_item(db, edition().id, item_id, form.values, version=version, actor=actor(), now=clock.now())

    if not saved(form, change, current):
        return item_page(session_of(session_id), form, item_id), form.status
    flash(_("The item has been saved."), "ok")
    return back(session_id)


@blueprint.post(f"{SESSION}/items/<id:item_id>/remove")
@needs(Permission.EDIT_AGENDA)
def remove_item(session_id: int, item_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        row = queries.get_item(db, session_in(db, session_id), item_id)
        return services.remove_item(db, row.edition_id, row.id, version=version or 0, actor=actor(), now=now)

    words = _("The item has been removed. Those after it begin earlier.")
    return removed(remove, words, url_for("organizer.session", session_id=session_id))


@blueprint.route(f"{SESSION}/roles/new", methods=["GET", "POST"])
@needs(Permission.EDIT_AGENDA)
def new_role(session_id: int) -> ResponseReturnValue:
    """First a search, then a choice among those who are found."""
    session_of(session_id)
    people = matching_people()
    fields = role_fields(session_id, people)
    if request.method == "GET":
        return role_page(session_id, Form.empty(fields, role="speaker", status="invited"), people)
    form = Form.sent(fields, request.form)

    def assign(db: DbSession) -> None:
        session, chosen = session_in(db, session_id), form.values
        part = queries.get_item(db, session, chosen["item_id"]) if chosen["item_id"] else None
        services.assign_role(
            db,
            session,
            chosen["person_id"],
            chosen["role"],
            item=part,
            status=chosen["status"],
            actor=actor(),
            now=clock.now(),
        )

    if not saved(form, assign):
        return role_page(session_id, form, people), 422
    flash(_("Speaker added."), "ok")
    return back(session_id)


@blueprint.post(f"{SESSION}/items/order")
@needs(Permission.EDIT_AGENDA)
def order_items(session_id: int) -> ResponseReturnValue:
    def change(db: DbSession, ids: list[int], version: int) -> None:
        parts.order_items(db, edition().id, session_id, ids, version=version, actor=actor(), now=clock.now())

    if refused := order_refused(change, lambda: queries.item_order(reading(), session_id)):
        return session_page(Form.of(FIELDS, session_of(session_id)), session_id, items=refused), 412
    return redirect(url_for("organizer.session", session_id=session_id, _anchor=place_on_page() or "items"))


@blueprint.post(f"{SESSION}/roles/order")
@needs(Permission.EDIT_AGENDA)
def order_roles(session_id: int) -> ResponseReturnValue:
    def change(db: DbSession, ids: list[int], version: int) -> None:
        parts.order_roles(db, edition().id, session_id, ids, version=version, actor=actor(), now=clock.now())

    if refused := order_refused(change, lambda: queries.role_order(reading(), session_id)):
        return session_page(Form.of(FIELDS, session_of(session_id)), session_id, roles=refused), 412
    return redirect(url_for("organizer.session", session_id=session_id, _anchor=place_on_page() or "roles"))


@blueprint.route(f"{SESSION}/roles/<id:role_id>", methods=["GET", "POST"])
@needs(Permission.SEE_AGENDA, to_change=Permission.EDIT_AGENDA)
def role(session_id: int, role_id: int) -> ResponseReturnValue:
    """Edit someone's role and whether they have confirmed it."""
    fields = part_fields(session_id)

    def current() -> RoleAssignment:
        return queries.get_role(reading(), session_of(session_id), role_id)

    row = current()
    if request.method == "GET":
        return part_page(session_id, Form.of(fields, row), row)
    form = Form.sent(fields, request.form, row)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        parts.update_role(db, edition().id, role_id, form.values, **by)

    if not saved(form, change, current):
        return part_page(session_id, form, current()), form.status
    flash(_("The part has been saved."), "ok")
    return back(session_id)


@blueprint.post(f"{SESSION}/roles/<id:role_id>/remove")
@needs(Permission.EDIT_AGENDA)
def remove_role(session_id: int, role_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        row = queries.get_role(db, session_in(db, session_id), role_id)
        return services.remove_role(db, row.edition_id, row.id, version=version or 0, actor=actor(), now=now)

    words = _("The part has been removed. What has been published stays as it was.")
    return removed(remove, words, url_for("organizer.session", session_id=session_id))


def role_fields(session_id: int, people: list[tuple[str, str]]) -> tuple[Pick | Choice, ...]:
    return (
        Pick(name="person_id", label=_l("Person"), offer=lambda: people, required=True, empty=_l("Choose a person")),
        *what_fields(session_id),
    )


def what_fields(session_id: int) -> tuple[Choice, Pick, Choice]:
    def items() -> list[tuple[str, str]]:
        rows = queries.items_of(reading(), [session_id])[session_id]
        return [(str(row.id), pick(row.title, language())) for row in rows]

    return (
        Choice(name="role", label=_l("Role"), kind=AssignmentRole, required=True),
        Pick(name="item_id", label=_l("Item"), offer=items, empty=_l("The whole session")),
        Choice(
            name="status",
            label=_l("Reply"),
            help=_l("Only confirmed speakers appear on the public agenda."),
            kind=AssignmentStatus,
            required=True,
        ),
    )


def part_fields(session_id: int) -> tuple[Pick | Choice, ...]:
    def channels() -> list[tuple[str, str]]:
        rows = queries.channels_of(reading(), [session_id])[session_id]
        return [(str(row.id), f"{row.number} · {language_name(row.language)}") for row in rows]

    return (
        *what_fields(session_id),
        Pick(
            name="channel_id",
            label=_l("Interpretation channel"),
            help=_l("Of an interpreter: on which one they are heard."),
            offer=channels,
        ),
    )


def matching_people() -> list[tuple[str, str]]:
    """List the people who match the search in the address; none before a search.

    Each is one line of plain text for a choice: both names, then the office, which distinguishes people of the same
    name. The edition's office comes before the registry's. Equal lines get the record's number.
    """
    search = request.args.get("search", "")
    if not search.strip():
        return []
    rows = people.people_page(reading(), search=search, within=within(Permission.SEE_PEOPLE), size=MOST_FOUND).items
    titles = people.titles_in_edition(reading(), edition().id, [row.id for row in rows])
    posts = people.main_posts(reading(), [row.id for row in rows if row.id not in titles])
    titles |= {key: [post] for key, post in posts.items()}
    lines = {row.id: one_line(name_of(row), titles.get(row.id, [])) for row in rows}
    often = Counter(lines.values())
    return [
        (str(key), line if often[line] == 1 else f"{line} · {_('record %(number)s', number=key)}")
        for key, line in lines.items()
    ]


def one_line(name: Name, titles: list[TitleLine]) -> str:
    office = [pick(texts, language()) for line in titles[:1] for texts in (line.title, line.organization)]
    names = " ".join(part for part in (name.latin, name.native_full) if part)
    return " · ".join(part for part in (names, *office) if part)


def session_of(session_id: int) -> Session:
    return session_in(reading(), session_id)


def session_in(db: DbSession, session_id: int) -> Session:
    return queries.get_session(db, edition().id, session_id)


def item_page(session: Session, form: Form, item_id: int | None = None) -> str:
    return render_template(
        "organizer/agenda/item.html",
        section=SECTION,
        session=session,
        form=form,
        item_id=item_id,
        history=past("session_item", item_id) if item_id else [],
    )


def role_page(session_id: int, form: Form, people: list[tuple[str, str]]) -> str:
    return render_template(
        "organizer/agenda/role.html",
        section=SECTION,
        session=session_of(session_id),
        form=form,
        search=request.args.get("search", ""),
        found=len(people),
        most=MOST_FOUND,
    )


def part_page(session_id: int, form: Form, row: RoleAssignment) -> str:
    name = name_of(people.get_person(reading(), row.person_id))
    return render_template(
        "organizer/agenda/part.html",
        section=SECTION,
        session=session_of(session_id),
        form=form,
        name=name,
        history=past("role_assignment", row.id),
    )


def back(session_id: int) -> ResponseReturnValue:
    return redirect(url_for("organizer.session", session_id=session_id))

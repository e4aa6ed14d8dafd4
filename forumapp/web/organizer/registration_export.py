"""Taking registrations out as a table: those that the list shows, with the columns that one chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import render_template, request
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.text import pick
from forumapp.core.transactions import reading, transaction
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.registration import exporting, queries
from forumapp.web.language import language
from forumapp.web.organizer.guard import access, blueprint, edition, needs
from forumapp.web.organizer.identity import actor
from forumapp.web.organizer.imports import table_file
from forumapp.web.organizer.registration_filters import filters_here, listed

if TYPE_CHECKING:
    from flask import Response

    from forumapp.domain.registration.exporting import Column

HEADINGS: dict[str, Any] = {
    "type": _l("Registration type"),
    "status": _l("Status"),
    "registered_at": _l("Registered on"),
    "language": _l("Language"),
    "delegation": _l("Delegation"),
    "latin_family": _l("Family name"),
    "latin_given": _l("Given name"),
    "name_order": _l("Order of the Latin name"),
    "native": _l("Name in its own script"),
    "native_family": _l("Family name in its own script"),
    "native_given": _l("Given name in its own script"),
    "native_language": _l("Language of the name in its own script"),
    "form_of_address.en": _l("Form of address (English)"),
    "form_of_address.zh-Hans": _l("Form of address (Chinese)"),
    "title.en": _l("Title (English)"),
    "title.zh-Hans": _l("Title (Chinese)"),
    "organization.en": _l("Organization (English)"),
    "organization.zh-Hans": _l("Organization (Chinese)"),
    "email": _l("E-mail address"),
    "phone": _l("Phone"),
    "wechat": _l("WeChat"),
    "short_code": _l("Code"),
    "vip": _l("VIP"),
    "source": _l("Source"),
    "queue_number": _l("Place in the queue"),
    "printed_at": _l("Badge printed on"),
}


@blueprint.get("/<edition>/registrations/export")
@needs(Permission.SEE_REGISTRATIONS)
def take_registrations() -> str:
    offered = [(one.name, called(one)) for one in exporting.columns_of(reading(), edition().id, access())]
    return render_template("organizer/registration/export.html", section="registration", columns=offered, **listed())


@blueprint.get("/<edition>/registrations/export.<form>")
@needs(Permission.SEE_REGISTRATIONS)
def registrations_table(form: str) -> Response:
    with transaction() as db:
        filters = filters_here(queries.list_types(db, edition().id))
        chosen = request.args.getlist("column")
        headings, rows = exporting.take_out(db, edition().id, filters, chosen, actor=actor(), now=clock.now())
    return table_file(form, headings, rows, f"{edition().slug}-registrations")


def called(column: Column) -> str:
    """An edition's own question by its words, everything else by ours."""
    words = pick(column.question.label, language()) if column.question else HEADINGS[column.name]
    return str(words or column.name)

"""Texts and signatories of formal letters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.printing.letters import forms, wording
from forumapp.schemas.choices import LetterKind
from forumapp.schemas.fields import NAME
from forumapp.web.forms.fields import Day, Field, Flag, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.pictures import PictureField
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.printing.formal_letters import PAGE, kind_of
from forumapp.web.organizer.printing.papers import SECTION

if TYPE_CHECKING:
    from datetime import date

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.printing.letter_models import LetterForm

SIGNED: tuple[Field, ...] = (
    Field(name="signatory_latin", label=_l("Name of the signatory"), longest=NAME),
    Field(name="signatory_native", label=_l("Chinese name of the signatory"), longest=NAME),
    Texts(name="office", label=_l("Office of the signatory")),
    PictureField(
        name="signature",
        label=_l("Signature"),
        help=_l("Without one there is room to sign by hand. Only those who may change this see it here."),
    ),
    Flag(name="has_seal", label=_l("Room for a seal")),
    Field(
        name="prefix",
        label=_l("What serials begin with"),
        help=_l("Capital letters, digits and hyphens. Left empty, it is made of the forum's code and number."),
        longest=wording.LONGEST_PREFIX,
    ),
)
TEXT = Texts(
    name="text",
    label=_l("Text"),
    help=_l("An empty line begins a new paragraph. Whatever you leave empty is written as it is by default."),
    multiline=True,
)
ASKING: tuple[Field, ...] = (
    Texts(name="dress", label=_l("Dress code")),
    Day(name="answer_by", label=_l("Last day to answer")),
)
MEANS: dict[str, Any] = {
    "name": _l("the person's name"),
    "title": _l("the person's title"),
    "organization": _l("the person's organization"),
    "forum": _l("the name of the forum"),
    "ordinal": _l("“5th” or “第五届”"),
    "theme": _l("the theme of the forum"),
    "dates": _l("the days of the forum"),
    "place": _l("the place of the forum"),
    "hosts": _l("the hosts, in order"),
    "serial": _l("the serial"),
    "address": _l("the name with its form of address"),
    "dress": _l("the dress code"),
    "answer_by": _l("the last day for an answer"),
    "hours": _l("the hours attended, as scans at sessions, and at doors where people go in and out, tell them"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A form with the usual words where it has none of its own."""

    version: int
    prefix: str
    text: dict[str, str]
    dress: dict[str, str]
    answer_by: date | None
    signatory_latin: str
    signatory_native: str
    office: dict[str, str]
    signature_id: int | None
    has_seal: bool


@blueprint.route(f"{PAGE}/texts/<letter_kind>", methods=["GET", "POST"])
@needs(Permission.EDIT_EDITION)
def letter_form(letter_kind: str) -> ResponseReturnValue:
    kind = kind_of(letter_kind)
    fields = (*SIGNED, TEXT, *(ASKING if kind is LetterKind.INVITATION else ()))
    if request.method == "GET":
        return form_page(kind, Form.of(fields, current(kind)))
    form = Form.sent(fields, request.form)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        forms.set_letter_form(db, edition().id, kind, form.values, **by)

    if not saved(form, change, lambda: current(kind)):
        return form_page(kind, form), form.status
    flash(_("Saved. Letters that are issued from now on say it; those that were issued stay as they are."), "ok")
    return redirect(url_for("organizer.issued_letters"))


def row_of(kind: LetterKind) -> LetterForm:
    return forms.get_letter_form(reading(), edition().id, kind)


def current(kind: LetterKind) -> Shown:
    row = row_of(kind)
    values = {name: getattr(row, name) for name in Shown.__slots__}
    return Shown(**{**values, "text": forms.texts_of(row)})


def form_page(kind: LetterKind, form: Form) -> str:
    row = row_of(kind)
    return render_template(
        "organizer/formal/form.html",
        section=SECTION,
        kind=kind,
        form=form,
        example=wording.serial_of(forms.prefix_of(reading(), edition(), row), 1),
        placeholders=[(name, MEANS[name]) for name in wording.PLACEHOLDERS[kind.value]],
        history=past("letter_form", row.id) if row.version else [],
    )

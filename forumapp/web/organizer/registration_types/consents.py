"""The consents asked of registrants, one text per purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.registration.consent_queries import consent_words, count_consents, get_consent_words
from forumapp.domain.registration.lifecycle.consent import set_consent_words
from forumapp.schemas.choices import Purpose
from forumapp.web.forms.fields import Flag, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import access, blueprint, edition, needs, reaches
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.wording import labels

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.consent_texts import ConsentWords
    from forumapp.web.forms.fields import Field

SECTION = "consents"
ASKED = Flag(name="is_asked", label=_l("Ask for it on the registration forms"))
TEXT = Texts(
    name="text",
    label=_l("What people agree to"),
    help=_l("As the person says it: “I agree …”. Whoever agreed before keeps the words that they saw."),
    multiline=True,
    required=True,
)


@blueprint.get("/<edition>/consents")
@needs(Permission.SEE_EDITION)
def consents() -> str:
    whole = reaches(access(), Permission.SEE_REGISTRATIONS, everywhere=True)
    return render_template(
        "organizer/consents/list.html",
        section=SECTION,
        words=consent_words(reading(), edition().id),
        whole=whole,  # numbers of the whole edition are for those who see all of it
        counts=count_consents(reading(), edition().id) if whole else {},
    )


@blueprint.route("/<edition>/consents/<purpose>", methods=["GET", "POST"])
@needs(Permission.SEE_EDITION, to_change=Permission.EDIT_EDITION)
def consent(purpose: str) -> ResponseReturnValue:
    words = current(purpose)
    fields = fields_for(words)
    if request.method == "GET":
        return consent_page(words, Form.of(fields, words))
    form = Form.sent(fields, request.form)

    def change(db: DbSession) -> None:
        asked, version = bool(form.values.get("is_asked")), form.based_on
        what = edition().id, words.purpose, form.values["text"]
        set_consent_words(db, *what, is_asked=asked, version=version, actor=actor(), now=clock.now())

    if not saved(form, change, lambda: current(purpose)):
        return consent_page(current(purpose), form), form.status
    flash(_("The consent has been saved."), "ok")
    return redirect(url_for("organizer.consents"))


def fields_for(words: ConsentWords) -> tuple[Field, ...]:
    """The privacy notice is always asked for."""
    return (TEXT,) if words.purpose is Purpose.PRIVACY else (ASKED, TEXT)


def current(purpose: str) -> ConsentWords:
    return get_consent_words(reading(), edition().id, purpose)


def consent_page(words: ConsentWords, form: Form) -> str:
    return render_template(
        "organizer/consents/one.html",
        section=SECTION,
        form=form,
        name=labels.label(words.purpose),
        history=past("consent_text", words.id) if words.id else [],
    )

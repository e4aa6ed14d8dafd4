"""Texts of the edition's emails: both languages side by side, with a preview for a real recipient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.values.text import LANGUAGES
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.letters import previewing, queries, texts
from forumapp.domain.letters.rules import LONGEST_SUBJECT, LONGEST_TEXT, text_faults
from forumapp.domain.mail.render import Sender
from forumapp.domain.registration.lists.filters import Filters
from forumapp.domain.registration.lists.queries import registrations_page
from forumapp.schemas.choices import Placeholder
from forumapp.web.forms.faults import fault
from forumapp.web.forms.fields import Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed
from forumapp.web.organizer.settings.content_pages import Written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.letters.queries import MailWords
    from forumapp.domain.registration.lists.queries import RegistrationLine

SECTION = "mail-texts"
MEANS: dict[str, Any] = {
    Placeholder.GREETING: _l("“Dear Chun LIU,” or “刘春，您好：”"),
    Placeholder.NAME: _l("the person's name"),
    Placeholder.FORUM: _l("the name of the forum"),
    Placeholder.TYPE: _l("the registration type"),
    Placeholder.DATES: _l("the days of the forum"),
    Placeholder.PLACE: _l("the place of the forum"),
    Placeholder.CODE: _l("the short code"),
    Placeholder.NUMBER: _l("the number on the waitlist"),
    Placeholder.UNTIL: _l("until when the place is held"),
    Placeholder.LINK: _l("the link to the person's own page"),
    Placeholder.FORUM_LINK: _l("the link to the forum's page"),
    Placeholder.OFFICE: _l("the name of the name check"),
    Placeholder.WORDS: _l("the words that stand with the invitation"),
    Placeholder.PEOPLE: _l("each person, with the link to their own page or how they stand"),
    Placeholder.PARTS: _l("their sessions, with day and time"),
    Placeholder.FOR_WHOM: _l("that the link is the reader's alone, or to whom to pass it on"),
    Placeholder.OTHERS: _l("how many have been written to at addresses of their own"),
    Placeholder.ANSWER_BY: _l("the last day for an answer"),
    Placeholder.MISSING: _l("what is missing"),
    Placeholder.AGENDA_VERSION: _l("the number of the agenda's version"),
    Placeholder.CHANGES: _l("what has changed about each of the person's sessions"),
    Placeholder.NOTE: _l("the note to the agenda's version"),
}


@dataclass(frozen=True, kw_only=True)
class MailTexts(Written):
    """The text of a mail; its preview holds the subject as well."""

    trigger: str = "input delay:400ms from:closest form"

    def preview(self, code: str) -> str:
        parts: dict[str, Any] = {**(request.view_args or {}), "who": request.args.get("who") or None}
        return url_for("organizer.preview_mail_text", of=code, **parts)

    def previewed(self, raw: Mapping[str, Any], code: str) -> Markup:
        words = queries.get_mail_words(reading(), edition().id, (request.view_args or {})["kind"])
        return preview(words, raw, code)


FIELDS = (
    Texts(name="subject", label=_l("Subject"), longest=LONGEST_SUBJECT),
    MailTexts(
        name="text",
        label=_l("Text"),
        help=_l("An empty line begins a new paragraph. Whatever you leave empty is written as it is by default."),
        longest=LONGEST_TEXT,
    ),
)


@blueprint.get("/<edition>/mail/texts")
@needs(Permission.SEE_MAIL)
def mail_texts() -> str:
    rows = queries.list_mail_words(reading(), edition().id)
    return render_template("organizer/letters/list.html", section=SECTION, rows=rows)


@blueprint.route("/<edition>/mail/texts/<kind>", methods=["GET", "POST"])
@needs(Permission.SEE_MAIL, to_change=Permission.SEND_MAIL)
def mail_text(kind: str) -> ResponseReturnValue:
    words = queries.get_mail_words(reading(), edition().id, kind)
    if request.method == "GET":
        return text_page(words, Form.of(FIELDS, words))
    form = Form.sent(FIELDS, request.form)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        texts.set_mail_text(db, edition().id, kind, form.values["subject"], form.values["text"], **by)

    def current() -> MailWords:
        return queries.get_mail_words(reading(), edition().id, kind)

    if not saved(form, change, current):
        return text_page(current(), form), form.status
    flash(_("The text has been saved. Mails that are sent from now on have it."), "ok")
    return redirect(url_for("organizer.mail_texts"))


@blueprint.post("/<edition>/mail/texts/<kind>/default")
@needs(Permission.SEND_MAIL)
def default_mail_text(kind: str) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        return texts.back_to_default(db, edition().id, kind, version=version or 0, actor=actor(), now=now)

    here = url_for("organizer.mail_text", kind=kind)
    return removed(remove, _("The mail is written as it is by default again."), here)


@blueprint.post("/<edition>/mail/texts/<kind>/preview")
@needs(Permission.SEND_MAIL)
def preview_mail_text(kind: str) -> str:
    """Render the preview fragment: the email in one language with the typed text."""
    code = request.args.get("of", LANGUAGES[0])
    words = queries.get_mail_words(reading(), edition().id, kind)
    raw = {key: request.form.get(key, "")[:LONGEST_TEXT] for field in FIELDS for key in field.keys}
    return preview(words, raw, code if code in LANGUAGES else LANGUAGES[0])


def text_page(words: MailWords, form: Form) -> str:
    return render_template(
        "organizer/letters/one.html",
        section=SECTION,
        words=words,
        row=queries.find_mail_text(reading(), edition().id, words.kind),
        form=form,
        placeholders=[(placeholder, MEANS[placeholder]) for placeholder in words.placeholders],
        who=request.args.get("who", ""),
        reader=reader(),
        history=past("mail_text", words.id) if words.id else [],
    )


def preview(words: MailWords, raw: Mapping[str, Any], code: str) -> Markup:
    return previewed(words.kind, words.placeholders, raw, code, reader())


def previewed(
    kind: str, placeholders: Sequence[Placeholder], raw: Mapping[str, Any], code: str, who: RegistrationLine | None
) -> Markup:
    """Render an email of that kind with the typed text in one language, as `who` would read it."""
    typed = {name: {code: str(raw[f"{name}.{code}"] or "").strip()} for name in ("subject", "text")}
    faults = text_faults(typed["subject"], typed["text"], placeholders, needs_link=False)
    config = current_app.extensions["forumapp.config"]
    written, paragraphs = previewing.preview(
        reading(),
        edition(),
        kind,
        typed,
        registration_id=who.id if who else None,
        language=code,
        sender=Sender(config.mail_from, config.base_url),
    )
    messages = [fault(code) for code in faults.values()]
    values: dict[str, Any] = {"written": written, "paragraphs": paragraphs, "faults": messages, "code": code}
    return Markup(render_template("organizer/letters/preview.html", **values))  # noqa: S704 (it escapes)


def reader() -> RegistrationLine | None:
    """Return the reader of the preview: the first match of the search, else the latest registrant."""
    search = request.args.get("who", "")[:100]
    limits: Any = {"within": within(Permission.SEE_REGISTRATIONS), "details_within": within(Permission.SEE_ANSWERS)}
    rows = registrations_page(reading(), edition().id, Filters(search=search), size=1, **limits).items
    return rows[0] if rows else None

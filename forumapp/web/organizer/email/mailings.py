"""Mails to many: written in both languages, looked at as each would read them, tried, sent, and followed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, Stale
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.text import LANGUAGES
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.letters import mailings as services
from forumapp.domain.letters import queries
from forumapp.domain.letters.rules import LONGEST_SUBJECT, LONGEST_TEXT
from forumapp.domain.mail.wording import MAILING, MAILING_PLACEHOLDERS
from forumapp.domain.registration.lists.filters import filters_in
from forumapp.domain.registration.lists.queries import get_line, list_types, registrations_page
from forumapp.web.forms.faults import fault
from forumapp.web.forms.fields import Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.frame import unless_known
from forumapp.web.organizer.email.email_texts import MEANS, previewed
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.versioned_actions import ask_again
from forumapp.web.organizer.registrations.filters import filters_here, in_words
from forumapp.web.organizer.settings.content_pages import Written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Response
    from flask.typing import ResponseReturnValue
    from markupsafe import Markup
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.paging import Page
    from forumapp.domain.letters.models import Mailing
    from forumapp.domain.letters.queries import MailingLine
    from forumapp.domain.registration.lists.filters import Filters
    from forumapp.domain.registration.lists.queries import RegistrationLine

SECTION = "registration"
PAGE = 20


@dataclass(frozen=True, kw_only=True)
class MailingText(Written):
    """The text of a mail to many; its preview holds the subject as well."""

    trigger: str = "input delay:400ms from:closest form"

    def preview(self, code: str) -> str:
        return url_for("organizer.preview_mailing", of=code, reader=request.args.get("reader") or None)

    def previewed(self, raw: Mapping[str, Any], code: str) -> Markup:
        return preview(raw, code)


FIELDS = (
    Texts(name="subject", label=_l("Subject"), longest=LONGEST_SUBJECT),
    MailingText(name="text", label=_l("Text"), help=_l("An empty line begins a new paragraph."), longest=LONGEST_TEXT),
)


@blueprint.get("/<edition>/mailings")
@needs(Permission.SEE_MAIL)
def mailings() -> str:
    page = queries.mailings_page(reading(), edition().id, number=request.args.get("page", 1, whole_number))
    return render_template("organizer/mailings/list.html", section=SECTION, page=page)


@blueprint.route("/<edition>/mailings/new", methods=["GET", "POST"])
@needs(Permission.SEND_MAIL)
def new_mailing() -> ResponseReturnValue:
    """Start a mailing to the registrations that the address filters."""
    filters = filters_here(list_types(reading(), edition().id))
    if request.method == "GET":
        return mailing_page(Form.empty(FIELDS), None, filters)
    form, made = Form.sent(FIELDS, request.form), []

    def create(db: DbSession) -> None:
        values = {**form.values, "filters": filters.words}
        made.append(services.create_mailing(db, edition().id, values, actor=actor(), now=clock.now()).id)

    if not saved(form, create):
        return mailing_page(form, None, filters), form.status
    flash(_("The draft has been saved. Nothing is sent yet."), "ok")
    return redirect(url_for("organizer.mailing", mailing_id=made[0]))


@blueprint.route("/<edition>/mailings/<id:mailing_id>", methods=["GET", "POST"])
@needs(Permission.SEE_MAIL, to_change=Permission.SEND_MAIL)
def mailing(mailing_id: int) -> ResponseReturnValue:
    line = queries.get_mailing(reading(), edition().id, mailing_id)
    filters = filters_in(line.row.filters)
    if request.method == "GET":
        return mailing_page(Form.of(FIELDS, line.row), line, filters)
    form = Form.sent(FIELDS, request.form, line.row)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        services.update_mailing(db, edition().id, mailing_id, form.values, **by)

    def current() -> Mailing:
        return queries.get_mailing(reading(), edition().id, mailing_id).row

    try:
        if not saved(form, change, current):
            return mailing_page(form, queries.get_mailing(reading(), edition().id, mailing_id), filters), form.status
    except services.MailingIsOn:
        flash(_("It is being sent already and can no longer be changed."), "bad")
    else:
        flash(_("The draft has been saved. Nothing is sent yet."), "ok")
    return redirect(url_for("organizer.mailing", mailing_id=mailing_id))


@blueprint.post("/<edition>/mailings/preview")
@needs(Permission.SEND_MAIL)
def preview_mailing() -> str:
    """Render the preview fragment: the email in one language with the typed text."""
    code = request.args.get("of", LANGUAGES[0])
    raw = {key: request.form.get(key, "")[:LONGEST_TEXT] for field in FIELDS for key in field.keys}
    return preview(raw, code if code in LANGUAGES else LANGUAGES[0])


@blueprint.post("/<edition>/mailings/<id:mailing_id>/start")
@needs(Permission.SEND_MAIL)
def start_mailing(mailing_id: int) -> ResponseReturnValue:
    words = _("The mail is being sent. You may leave this page.")
    return done(mailing_id, services.start_mailing, _("Send it"), words)


@blueprint.post("/<edition>/mailings/<id:mailing_id>/stop")
@needs(Permission.SEND_MAIL)
def stop_mailing(mailing_id: int) -> ResponseReturnValue:
    return done(mailing_id, services.stop_mailing, _("Stop it"), _("It is stopped. What has left has left."))


@blueprint.post("/<edition>/mailings/<id:mailing_id>/test")
@needs(Permission.SEND_MAIL)
def try_mailing(mailing_id: int) -> ResponseReturnValue:
    who = request.args.get("reader", type=whole_number)
    with transaction() as db:
        services.try_mailing(db, edition().id, mailing_id, registration_id=who, actor=actor(), now=clock.now())
    flash(_("A test in each language is on its way to you."), "ok")
    return redirect(url_for("organizer.mailing", mailing_id=mailing_id, reader=who))


@blueprint.get("/<edition>/mailings/<id:mailing_id>/progress")
@needs(Permission.SEE_MAIL)
def mailing_progress(mailing_id: int) -> Response:
    """How far it is, which the page asks for again while it goes on."""
    line = queries.get_mailing(reading(), edition().id, mailing_id)
    return unless_known(render_template("organizer/mailings/progress.html", line=line))


def done(mailing_id: int, do: Callable[..., Mailing], again: str, words: str) -> ResponseReturnValue:
    here = url_for("organizer.mailing", mailing_id=mailing_id)
    version = request.form.get("version", 0, whole_number)
    try:
        with transaction() as db:
            do(db, edition().id, mailing_id, version=version, actor=actor(), now=clock.now())
    except Stale as refusal:
        return ask_again(refusal, again, here)
    except services.MailingIsOn:
        flash(_("It is being sent already, or has been sent."), "info")
    except services.NobodyToWriteTo:
        flash(_("None of these people has an e-mail address."), "bad")
    except Invalid as refusal:
        flash(fault(next(iter(refusal.fields.values()), "")), "bad")
    else:
        flash(words, "ok")
    return redirect(here)


def mailing_page(form: Form, line: MailingLine | None, filters: Filters) -> str:
    people = readers(filters)
    return render_template(
        "organizer/mailings/one.html",
        section=SECTION,
        form=form,
        line=line,
        kept=filters.words,
        chips=in_words(filters),
        count=queries.count_recipients(reading(), edition().id, filters),
        people=people,
        reader=reader(),
        placeholders=[(placeholder, MEANS[placeholder]) for placeholder in MAILING_PLACEHOLDERS],
        history=past("mailing", line.row.id) if line else [],
    )


def readers(filters: Filters) -> Page[RegistrationLine]:
    limits: Any = {"within": within(Permission.SEE_REGISTRATIONS), "details_within": within(Permission.SEE_ANSWERS)}
    number = request.args.get("page", 1, whole_number)
    return registrations_page(reading(), edition().id, filters, size=PAGE, number=number, **limits)


def reader() -> RegistrationLine | None:
    """Return the reader of the preview if they are registered here."""
    who = request.args.get("reader", 0, whole_number)
    limits: Any = {"within": within(Permission.SEE_REGISTRATIONS), "details_within": within(Permission.SEE_ANSWERS)}
    return get_line(reading(), edition().id, who, **limits) if who else None


def preview(raw: Mapping[str, Any], code: str) -> Markup:
    return previewed(MAILING, MAILING_PLACEHOLDERS, raw, code, reader())

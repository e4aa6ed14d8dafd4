"""A speaker's own page, behind the signed link of their mail: their parts to confirm or decline, and what they need.

Opening it or anything behind it changes nothing, since mail scanners open links; only forms do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import NotFound, Stale
from forumapp.core.serving.rate_limits import FORMS, is_local, limiter
from forumapp.core.values.numbers import whole_number
from forumapp.domain.agenda.speaker_pages import self_service
from forumapp.domain.agenda.speakers.emails import LINK_PURPOSE
from forumapp.domain.agenda.speakers.queries import get_line
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.people.records.services import name_of
from forumapp.domain.proofs.of_speakers import own_print
from forumapp.schemas.choices import AssignmentStatus, CorrectionState
from forumapp.web.forms.fields import PARAGRAPHS, Field, PickCode, Times
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.suggested_fields import Zone
from forumapp.web.frame import pages
from forumapp.web.public.registration.forms import UNPROCESSABLE
from forumapp.web.public.signed_links import keep_private, read_link
from forumapp.web.public.site import VISITOR, is_archived, render
from forumapp.web.wording.language import OWN_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.speakers.models import Speaker
    from forumapp.domain.agenda.speakers.queries import SpeakerLine
    from forumapp.domain.forums.models import Edition

blueprint = pages("speaking", __name__, url_prefix="/s")
blueprint.after_request(keep_private)
LONGEST = 2000
SPEECH = (("", _l("Language not decided yet")), ("en", "English"), ("zh-Hans", "中文"))


THEIRS = {
    "language": _l("Write to me in"),
    "speaks": _l("I will speak in"),
    "home_zone": _l("My time zone at home"),
}
ORGANIZERS = {
    "language": _l("Language of the mail"),
    "speaks": _l("Language of the speech"),
    "home_zone": _l("Time zone at home"),
}


@dataclass(frozen=True, kw_only=True)
class LongText(Field):
    """Some lines of plain text."""

    rows: int = 3
    control: ClassVar[str] = "lines"
    is_line: ClassVar[bool] = False


class HomeZone(Zone):
    """The speaker's own, which may be left open."""

    def parse(self, raw: Mapping[str, Any]) -> Any:
        return super().parse(raw) if raw[self.name] else None


def needs_fields(edition: Edition, *, by_organizer: bool = False) -> tuple[Field, ...]:
    """Speakers' profiles, written by themselves or by somebody on their behalf."""
    languages = [(code, OWN_NAMES[code]) for code in edition.languages]
    called = ORGANIZERS if by_organizer else THEIRS
    speech = list(SPEECH)[1:]
    return (
        PickCode(name="language", label=called["language"], offer=lambda: languages, empty=None, required=True),
        Speech(name="speaks", label=called["speaks"], offer=lambda: speech, empty=SPEECH[0][1]),
        HomeZone(
            name="home_zone",
            label=called["home_zone"],
            help=_l("Such as Asia/Shanghai. The speaker's agenda then shows the times there, too."),
        ),
        LongText(
            name="av_needs",
            label=_l("Technical needs"),
            help=_l("Slides, video, sound, a lectern, a clip microphone."),
            longest=LONGEST,
        ),
        LongText(name="arrival", label=_l("Arrival and departure"), longest=LONGEST),
        LongText(
            name="notes",
            label=_l("Anything else"),
            help=_l("Read by those who prepare the program, and by nobody else."),
            longest=LONGEST,
        ),
    )


class Speech(PickCode):
    """A language, or none as long as it is open."""

    def parse(self, raw: Mapping[str, Any]) -> str:
        return super().parse(raw) or ""


WINDOW = (Times(name="span", label=_l("When I am free"), longest=PARAGRAPHS),)


@blueprint.get("/<token>")
def page(token: str) -> ResponseReturnValue:
    return show(token)


@blueprint.post("/<token>/parts/<id:role_id>")
@limiter.limit(FORMS, exempt_when=is_local)
def answer(token: str, role_id: int) -> ResponseReturnValue:
    """Confirm or decline a part, as the sender of the form saw it."""
    version, status = request.form.get("version", 0, whole_number), request.form.get("status", "")
    if status not in {answer.value for answer in self_service.ANSWERS}:
        raise NotFound(entity="role_assignment")
    by: dict[str, Any] = {"version": version, "actor": VISITOR, "now": clock.now()}
    try:
        with transaction() as db:
            self_service.answer_part(db, *read(token), role_id, AssignmentStatus(status), **by)
    except Stale:
        flash(_("The organizer has changed this since you opened the page. Please look again."), "warn")
    else:
        flash(
            _("Thank you. You have confirmed.") if status == "confirmed" else _("Thank you. You have declined."), "ok"
        )
    return redirect(url_for(".page", token=token, _anchor=f"part-{role_id}"), 303)


@blueprint.route("/<token>/needs", methods=["GET", "POST"])
@limiter.limit(FORMS, methods=["POST"], exempt_when=is_local)
def needs(token: str) -> ResponseReturnValue:
    row = speaker_of(token)
    edition = edition_of(row)
    fields = needs_fields(edition)
    if request.method == "GET":
        return render_needs(token, edition, Form.of(fields, row))
    form = Form.sent(fields, request.form, row)

    def say(db: DbSession) -> None:
        by: dict[str, Any] = {"version": form.based_on, "actor": VISITOR, "now": clock.now()}
        self_service.say_needs(db, *read(token), form.values, **by)

    if not saved(form, say, lambda: speaker_of(token)):
        return render_needs(token, edition, form), form.status
    flash(_("Thank you. It is noted."), "ok")
    return redirect(url_for(".page", token=token, _anchor="needs"), 303)


@blueprint.route("/<token>/free", methods=["GET", "POST"])
@limiter.limit(FORMS, methods=["POST"], exempt_when=is_local)
def free(token: str) -> ResponseReturnValue:
    edition = edition_of(speaker_of(token))
    if request.method == "GET":
        return render_free(token, edition, Form.empty(WINDOW))
    form = Form.sent(WINDOW, request.form)

    def add(db: DbSession) -> None:
        self_service.add_own_window(db, *read(token), form.values["span"], actor=VISITOR, now=clock.now())

    try:
        if not saved(form, add):
            return render_free(token, edition, form), UNPROCESSABLE
    except self_service.TooManyWindows:
        form.faults[""] = "too-many-windows"
        return render_free(token, edition, form), UNPROCESSABLE
    flash(_("Thank you. It is noted."), "ok")
    return redirect(url_for(".free", token=token), 303)


@blueprint.post("/<token>/free/<id:window_id>/remove")
@limiter.limit(FORMS, exempt_when=is_local)
def not_free(token: str, window_id: int) -> ResponseReturnValue:
    version = request.form.get("version", 0, whole_number)
    try:
        with transaction() as db:
            self_service.remove_own_window(db, *read(token), window_id, version=version, actor=VISITOR, now=clock.now())
    except Stale:
        flash(_("The organizer has changed this since you opened the page. Please look again."), "warn")
    else:
        flash(_("It has been taken away."), "ok")
    return redirect(url_for(".free", token=token), 303)


def read(token: str) -> tuple[int, int]:
    return read_link(LINK_PURPOSE, token)


def speaker_of(token: str) -> Speaker:
    """Raises LinkHasEnded."""
    return self_service.get_by_link(reading(), *read(token))


def edition_of(row: Speaker) -> Edition:
    return get_edition_by_id(reading(), row.edition_id)


def line_of(row: Speaker) -> SpeakerLine:
    return get_line(reading(), row.edition_id, row.person_id)


def show(token: str) -> str:
    row = speaker_of(token)
    line, edition = line_of(row), edition_of(row)
    own = own_print(reading(), row)
    # Open corrections and the last decided one.
    decided = [correction for correction in own.corrections if correction.state is not CorrectionState.OPEN]
    waiting = [correction for correction in own.corrections if correction.state is CorrectionState.OPEN]
    return render(
        "public/speaking/page.html",
        edition,
        "speaking",
        token=token,
        row=row,
        line=line,
        name=name_of(line.person),
        own=own,
        has_biography=bool(line.person.biography),
        waiting=[*waiting, *decided[:1]],
        open_waiting=bool(waiting),
        may_answer=not is_archived(edition),
        speech=dict(SPEECH),
    )


def render_needs(token: str, edition: Edition, form: Form) -> str:
    return render("public/speaking/needs.html", edition, "speaking", token=token, form=form)


def render_free(token: str, edition: Edition, form: Form) -> str:
    row = speaker_of(token)
    return render(
        "public/speaking/free.html",
        edition,
        "speaking",
        token=token,
        form=form,
        windows=line_of(row).windows,
        may_answer=not is_archived(edition),
    )

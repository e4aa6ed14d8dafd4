"""Everyone with a part in the program: replies, missing data, agreements, and emails to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, Stale
from forumapp.core.values.numbers import whole_number
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.speakers import emails as letters
from forumapp.domain.agenda.speakers import mailing as writing
from forumapp.domain.agenda.speakers import services
from forumapp.domain.agenda.speakers.queries import SpeakerFilters, get_line, speaker_ids, speakers_page
from forumapp.domain.mail.outbox import list_messages_about
from forumapp.domain.mail.suppressing import TakesNoMail
from forumapp.domain.people.records.services import name_of
from forumapp.domain.proofs.queries import list_unapproved
from forumapp.schemas.choices import AssignmentRole, AssignmentStatus, SpeakerLack
from forumapp.web.forms.fields import Field, Times
from forumapp.web.forms.forms import Form, saved
from forumapp.web.frame import unless_known
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, may, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed
from forumapp.web.organizer.kit.versioned_actions import ask_again
from forumapp.web.public.speaker_page.page import LONGEST, needs_fields
from forumapp.web.wording import labels

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from flask import Response
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.config import Config
    from forumapp.core.tokens import Links
    from forumapp.domain.agenda.speakers.models import Speaker
    from forumapp.domain.agenda.speakers.queries import SpeakerLine
    from forumapp.domain.audit.models import Removal

SECTION = "agenda"
SPEAKER = "/<edition>/speakers/<id:person_id>"
SEE, EDIT = Permission.SEE_AGENDA, Permission.EDIT_AGENDA
WINDOW = (Times(name="span", label=_l("Free")),)
# The buttons' labels, and whether each sends a reminder.
DOES = {"invite": False, "remind": True}
# Why it was not written to someone, by the code of the refusal.
LEFT = {
    "no-address": _l("no mail address"),
    "takes-no-mail": _l("the address takes no mail"),
    "written-lately": _l("written to already"),
    "nothing-to-answer": _l("nothing left to answer"),
    "links-are-over": _l("the forum was too long ago"),
    "stale": _l("changed by someone else in the meantime"),
    "forbidden": _l("whoever asked may no longer write to them"),
    "not-found": _l("no longer with a part in the program"),
    "archived": _l("the edition is archived"),
    "failed": _l("something went wrong on our side; choose them again and repeat it"),
}
MOST_NAMED = 200


@blueprint.get("/<edition>/speakers")
@needs(SEE)
def speakers() -> str:
    kept = kept_filters(request.args)
    number = request.args.get("page", 1, whole_number)
    page = speakers_page(reading(), edition().id, filters_of(kept), unproofed=unproofed(kept), number=number)
    return render_template(
        "organizer/speakers/list.html",
        section=SECTION,
        page=page,
        kept=kept,
        roles=labels.options(AssignmentRole),
        statuses=labels.options(AssignmentStatus),
        lacks=lacks_offered(),
        names={row.person_id: name_of(row.person) for row in page.items},
        writings=writing.unfinished_writings(reading(), edition().id) if may(EDIT) else [],
    )


@blueprint.post("/<edition>/speakers/write")
@needs(EDIT)
def write_speakers() -> ResponseReturnValue:
    """Email the selected speakers or, with the other buttons, all who match the filters."""
    kept, (do, _to, everyone) = kept_filters(request.form), request.form.get("do", "").partition("-")
    ticked = set(request.form.getlist("person_id", whole_number))
    chosen = speaker_ids(reading(), edition().id, filters_of(kept), unproofed=unproofed(kept))
    people = [value for value in chosen if everyone == "all" or value in ticked]
    back: dict[str, Any] = dict(kept)
    if do not in DOES or not people:
        flash(_("Nobody is ticked, so nothing was sent."), "warn")
        return redirect(url_for("organizer.speakers", **back), 303)
    with transaction() as db:
        by: dict[str, Any] = {"again": DOES[do], "actor": actor(), "now": clock.now()}
        run = writing.write_to_all(db, edition().id, people, **by)
    return redirect(url_for("organizer.speakers_writing", writing_id=run.id), 303)


@blueprint.get("/<edition>/speakers/writing/<id:writing_id>")
@needs(EDIT)
def speakers_writing(writing_id: int) -> str:
    """Show the worker's progress and the speakers who could not be emailed."""
    return render_template("organizer/speakers/writing.html", section=SECTION, **progress_of(writing_id))


@blueprint.get("/<edition>/speakers/writing/<id:writing_id>/progress")
@needs(EDIT)
def speakers_writing_progress(writing_id: int) -> Response:
    return unless_known(render_template("organizer/speakers/writing_progress.html", **progress_of(writing_id)))


def progress_of(writing_id: int) -> dict[str, Any]:
    run = writing.get_writing(reading(), edition().id, writing_id)
    named = writing.left_of(reading(), run, most=MOST_NAMED)
    left = [(LEFT.get(code, code), len(run.left[code]), ones) for code, ones in named.items()]
    return {"run": run, "left": left, "going_on": run.status in writing.UNFINISHED}


@blueprint.route(SPEAKER, methods=["GET", "POST"])
@needs(EDIT)
def speaker(person_id: int) -> ResponseReturnValue:
    fields = agreed_fields()
    if request.method == "GET":
        return speaker_page(person_id, form_of(fields, line(person_id)))
    form = Form.sent(fields, request.form)

    def change(db: DbSession) -> None:
        by: dict[str, Any] = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        services.update_speaker(db, edition().id, person_id, form.values, **by)

    if not saved(form, change, lambda: line(person_id).agreed):
        return speaker_page(person_id, form), form.status
    flash(_("What is agreed has been saved."), "ok")
    return redirect(url_for("organizer.speaker", person_id=person_id))


@blueprint.route(f"{SPEAKER}/free/new", methods=["GET", "POST"])
@needs(EDIT)
def new_speaker_window(person_id: int) -> ResponseReturnValue:
    speaker = line(person_id)
    form = Form.empty(WINDOW)
    form.raw["zone"] = edition().zone
    if request.method == "POST":
        form = Form.sent(WINDOW, request.form)

        def add(db: DbSession) -> None:
            span = form.values["span"]
            services.add_window(db, edition().id, person_id, span, actor=actor(), now=clock.now())

        if saved(form, add):
            flash(_("It has been noted."), "ok")
            return redirect(url_for("organizer.speaker", person_id=person_id))
    status = 422 if form.faults else 200
    return render_template(
        "organizer/speakers/window.html", section=SECTION, form=form, line=speaker, name=name_of(speaker.person)
    ), status


@blueprint.post(f"{SPEAKER}/free/<id:window_id>/remove")
@needs(EDIT)
def remove_speaker_window(person_id: int, window_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        row = services.get_window(db, edition().id, person_id, window_id)
        return services.remove_window(db, row.edition_id, row.id, version=version or 0, actor=actor(), now=now)

    return removed(remove, _("It has been removed."), url_for("organizer.speaker", person_id=person_id))


@blueprint.post(f"{SPEAKER}/remove")
@needs(EDIT)
def remove_speaker(person_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        return services.remove_speaker(db, edition().id, person_id, version=version or 0, actor=actor(), now=now)

    words = _("What was agreed has been removed. The parts in the program stay.")
    return removed(remove, words, url_for("organizer.speakers"), kept=url_for("organizer.speaker", person_id=person_id))


@blueprint.post(f"{SPEAKER}/invite")
@needs(EDIT)
def invite_speaker(person_id: int) -> ResponseReturnValue:
    return decided(person_id, letters.invite_speaker, _("Send the invitation"), _("The mail is on its way."))


@blueprint.post(f"{SPEAKER}/remind")
@needs(EDIT)
def remind_speaker(person_id: int) -> ResponseReturnValue:
    return decided(person_id, letters.remind_speaker, _("Remind them"), _("The mail is on its way."))


@blueprint.post(f"{SPEAKER}/end-links")
@needs(EDIT)
def end_speaker_links(person_id: int) -> ResponseReturnValue:
    words = _("The links that were sent no longer open. The one shown now is new.")
    return decided(person_id, services.end_links, _("End the links"), words)


def decided(person_id: int, decide: Callable[..., Speaker], do: str, words: str) -> ResponseReturnValue:
    """`do` is the button that does it where someone else was faster."""
    back, version = url_for("organizer.speaker", person_id=person_id), request.form.get("version", 0, whole_number)
    try:
        with transaction() as db:
            decide(db, edition().id, person_id, version=version, actor=actor(), now=clock.now())
    except Stale as refusal:
        return ask_again(refusal, do, back)
    except (Invalid, TakesNoMail, letters.LinksAreOver, letters.NothingToAnswer, letters.WrittenLately) as refusal:
        why = "no-address" if isinstance(refusal, Invalid) else refusal.code
        flash(_("Not sent: %(why)s.", why=LEFT[why]), "bad")
    else:
        flash(words, "ok")
    return redirect(back)


def agreed_fields() -> tuple[Field, ...]:
    """Return the fields that speakers fill in, and the person who looks after them."""
    contact = Field(
        name="contact",
        label=_l("Contact on site"),
        help=_l("Name and phone of whoever looks after them. Stands on their agenda."),
        longest=LONGEST,
    )
    return (*needs_fields(edition(), by_organizer=True), contact)


def form_of(fields: tuple[Field, ...], speaker: SpeakerLine) -> Form:
    if speaker.agreed is not None:
        return Form.of(fields, speaker.agreed)
    form = Form.empty(fields, language=edition().languages[0])
    form.version = 0
    return form


def line(person_id: int) -> SpeakerLine:
    return get_line(reading(), edition().id, person_id)


def speaker_page(person_id: int, form: Form) -> str:
    speaker = line(person_id)
    row = speaker.agreed
    return render_template(
        "organizer/speakers/one.html",
        section=SECTION,
        form=form,
        line=speaker,
        name=name_of(speaker.person),
        link=link_to(row) if row is not None else "",
        messages=list_messages_about(reading(), letters.ABOUT, row.id) if row is not None else [],
        history=past("speaker", row.id) if row is not None else [],
    )


def link_to(row: Speaker) -> str:
    """Return the current link, signed at each view so that no copy is stored; "" if it would no longer open."""
    links: Links = current_app.extensions["forumapp.links"]
    config: Config = current_app.extensions["forumapp.config"]
    if not letters.opens(edition(), now=clock.now()):
        return ""
    return links.address(letters.link_of(row, edition()), config.base_url, now=clock.now())


def kept_filters(sent: Mapping[str, str]) -> dict[str, str]:
    return {name: sent.get(name, "") for name in ("search", "role", "status", "lack") if sent.get(name)}


def filters_of(kept: Mapping[str, str]) -> SpeakerFilters:
    """A word of the address that names nothing filters nothing."""
    role, status, lack = (kept.get(name, "") for name in ("role", "status", "lack"))
    return SpeakerFilters(
        kept.get("search", ""),
        AssignmentRole(role) if role in set(AssignmentRole) else None,
        AssignmentStatus(status) if status in set(AssignmentStatus) else None,
        SpeakerLack(lack) if lack in dict(lacks_offered()) else None,
    )


def lacks_offered() -> list[tuple[str, Any]]:
    """Return the filters for missing data. Unapproved names are for those who see name checks."""
    offered = labels.options(SpeakerLack)
    return [lack for lack in offered if lack[0] != SpeakerLack.PROOF or may("see-proofs", somewhere=True)]


def unproofed(kept: Mapping[str, str]) -> set[int]:
    if filters_of(kept).lack is not SpeakerLack.PROOF:
        return set()
    rows = list_unapproved(reading(), edition().id, within=within(Permission.SEE_PROOFS))
    return {row.person_id for row in rows}

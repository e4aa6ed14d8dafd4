"""Formal letters: issued letters, issuing more after a preview, and revoking one."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, NotFound, Stale
from forumapp.core.serving.rate_limits import DRAWINGS, is_local, limiter
from forumapp.core.serving.render_pool import TookTooLong, TookTooMuch
from forumapp.core.values.numbers import id_from, whole_number
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.printing.letters import issued_letters as letters_issued_letters
from forumapp.domain.printing.letters import services as letters_services
from forumapp.domain.printing.letters.queries import Selection, candidates, refuse_unknown, who_is_left_out
from forumapp.domain.printing.paper.blocking_findings import FindingsBlock, mark_of
from forumapp.domain.printing.paper.layout import Finding
from forumapp.domain.printing.previews import letter_previews
from forumapp.domain.printing.queries import NothingToPrint, print_jobs_page
from forumapp.schemas.choices import LetterKind, Paper
from forumapp.web.drawing import fonts, lookers, workshop
from forumapp.web.forms.fields import Field, PickCode
from forumapp.web.forms.forms import Form
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.display import by_kind
from forumapp.web.organizer.kit.guard import blueprint, edition, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.versioned_actions import ask_again
from forumapp.web.organizer.printing.paper_fields import CARD_FIELDS, LANGUAGES
from forumapp.web.organizer.printing.papers import SECTION, SHORT_LIST
from forumapp.web.organizer.printing.previews import make_preview, pages_shown, too_much
from forumapp.web.organizer.printing.print_notes import ANYWAY as WHY_ANYWAY
from forumapp.web.organizer.printing.print_notes import DESPITE
from forumapp.web.wording import labels

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession
    from werkzeug.datastructures import MultiDict

    from forumapp.core.errors import Refusal
    from forumapp.domain.printing.letters.issued_letters import LetterLine
    from forumapp.domain.printing.letters.queries import LeftOut
    from forumapp.domain.printing.letters.values import LetterValues

SEE, DECIDE = Permission.PRINT, Permission.DECIDE_REGISTRATIONS
PAGE = "/<edition>/letters"
ONE = f"{PAGE}/<id:letter_id>"
FILTERS = ("search", "kind", "state")
REVOKED = {"issued": False, "revoked": True}
PAPERS = {kind: paper for paper, kind in letters_issued_letters.KINDS.items()}
TYPE, DELEGATION, PERSON = CARD_FIELDS[1:4]
TO_INVITED = "invited"
WHO = PickCode(
    name="to",
    label=_l("To whom"),
    offer=lambda: [(TO_INVITED, _l("Those who were invited and have not answered"))],
    empty=_l("People who are registered"),
)
REASON = Field(name="reason", label=_l("Reason"), required=True, longest=letters_services.LONGEST_REASON)
ANYWAY = replace(WHY_ANYWAY, label=_l("Why issue despite these problems"), help=_l("It stands in the log."))
ASKED_ANYWAY = replace(ANYWAY, required=False)  # next to a button that needs none


def fields_of(kind: LetterKind) -> tuple[Field, ...]:
    delegation = replace(DELEGATION, empty=_l("Everyone"))
    who = (WHO,) if kind is LetterKind.INVITATION else ()
    return (*who, TYPE, delegation, PERSON, LANGUAGES)


@blueprint.get(PAGE)
@needs(SEE)
def issued_letters() -> str:
    kept = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    reach = within(SEE)
    page = letters_issued_letters.letters_page(
        reading(),
        edition(),
        kind=LetterKind(kept["kind"]) if kept.get("kind") in set(LetterKind) else None,
        revoked=REVOKED.get(kept.get("state", "")),
        search=kept.get("search", ""),
        within=reach,
        number=request.args.get("page", 1, whole_number),
    )
    jobs = print_jobs_page(reading(), edition().id, within=reach, size=SHORT_LIST).items
    return render_template(
        "organizer/formal/list.html",
        section=SECTION,
        page=page,
        kept=kept,
        kinds=labels.options(LetterKind),
        papers=PAPERS,
        jobs=[job for job in jobs if job.paper in letters_issued_letters.KINDS],
    )


@blueprint.route(f"{PAGE}/new", methods=["GET", "POST"])
@needs(DECIDE)
def new_letters() -> ResponseReturnValue:
    """Preview the recipients and the problems to fix, then issue the letters as previewed."""
    kind = kind_of(request.values.get("kind", LetterKind.CERTIFICATE))
    form = Form.sent(fields_of(kind), request.values)
    if request.method == "GET":
        return issue_page(kind, form)
    override = Form.sent((ANYWAY,) if ANYWAY.name in request.form else (), request.form)
    if form.faults or override.faults:
        return issue_page(kind, form, override), Invalid.status
    values: Any = {**override_values(override.values), "seen": request.form.get("mark", "")}
    by: Any = {"languages": form.values["languages"], "actor": actor(), "now": clock.now()}
    try:
        with transaction() as db:
            rows = letters_services.issue_letters(
                db, edition(), selection(kind, form, request.form), **values, **by
            ).letters
            serials = {"first": rows[0].serial, "last": rows[-1].serial}
    except (Stale, Invalid, FindingsBlock, NothingToPrint) as refusal:
        flash(_("Something has changed since you looked. Nothing is issued yet: look again."), "warn")
        return issue_page(kind, form, findings=blocking_findings(refusal)), Stale.status
    is_single = len(rows) == 1
    words = _("%(first)s is issued.", **serials) if is_single else _("%(first)s to %(last)s are issued.", **serials)
    flash(words, "ok")
    return redirect(url_for("organizer.issued_letters", kind=kind.value))


@blueprint.get(f"{PAGE}/preview")
@limiter.limit(DRAWINGS, exempt_when=is_local)
@needs(DECIDE)
def letters_preview() -> ResponseReturnValue:
    """The first of those that would be issued, with no serial yet."""
    kind = kind_of(request.args.get("kind", LetterKind.CERTIFICATE))
    kept: dict[str, Any] = request.args.to_dict()
    form, back = Form.sent(fields_of(kind), request.args), url_for("organizer.new_letters", **kept)
    if form.faults:
        return redirect(back)
    first = letter_previews.first_of(reading(), chosen(kind, form, request.args), fonts())
    if first is None:
        to = selection(kind, form, request.args)
        why = left_out_words(who_is_left_out(reading(), edition(), to, now=clock.now())) or [_("Nobody is chosen.")]
        return pages_shown(None, labels.label(kind), back, why=" ".join(why))
    return make_preview(first, letter_previews.READERS, labels.label(kind), back, section=SECTION)


@blueprint.get(ONE)
@needs(SEE)
def issued_letter(letter_id: int) -> str:
    return letter_page(own(letter_id), Form.empty((REASON,)))


@blueprint.get(f"{ONE}/pdf")
@limiter.limit(DRAWINGS, exempt_when=is_local)
@needs(SEE)
def letter_pdf(letter_id: int) -> ResponseReturnValue:
    row, back = own(letter_id).row, url_for("organizer.issued_letter", letter_id=letter_id)
    try:
        pdf = letter_previews.letter_pdf(reading(), edition(), row.id, workshop=workshop(), folder=fonts())
    except (TookTooLong, TookTooMuch, OSError) as fault:
        return too_much(fault, row.serial, back)
    except letters_issued_letters.LetterAltered:
        flash(_("What is kept of this letter is not what was issued, so nothing is printed of it."), "bad")
        return redirect(back)
    return send_file(
        BytesIO(pdf), "application/pdf", as_attachment=True, download_name=letters_issued_letters.file_name(row)
    )


@blueprint.post(f"{ONE}/revoke")
@needs(DECIDE)
def revoke_letter(letter_id: int) -> ResponseReturnValue:
    def revoke(db: DbSession, values: Mapping[str, Any], **by: Any) -> int:
        return letters_services.revoke_letter(db, edition().id, letter_id, values.get("reason", ""), **by).id

    return ended(letter_id, revoke, _("Revoke this letter"), _("The letter is revoked. It stays on record."))


@blueprint.post(f"{ONE}/reissue")
@needs(DECIDE)
def reissue_letter(letter_id: int) -> ResponseReturnValue:
    def reissue(db: DbSession, values: Mapping[str, Any], **by: Any) -> int:
        by |= override_values(values)
        return letters_services.reissue_letter(db, edition(), letter_id, values.get("reason", ""), **by).letters[0].id

    words = _("The letter is revoked, and this one is issued in its place.")
    return ended(letter_id, reissue, _("Revoke it and issue another one"), words)


def ended(letter_id: int, do: Callable[..., int], button: str, words: str) -> ResponseReturnValue:
    """End the letter version that was seen, with the typed reason. `do` returns the id of the letter to show next."""
    asks = (ASKED_ANYWAY,) if ANYWAY.name in request.form else ()
    line, form = own(letter_id), Form.sent((REASON, *asks), request.form)
    back = url_for("organizer.issued_letter", letter_id=letter_id)
    try:
        with transaction() as db:
            by: Any = {"version": request.form.get("version", 0, whole_number), "actor": actor(), "now": clock.now()}
            back = url_for("organizer.issued_letter", letter_id=do(db, form.values, **by))
    except Stale as refusal:
        return ask_again(refusal, button, back)
    except Invalid as refusal:
        form.refuse(refusal)
        return letter_page(line, form), Invalid.status
    except FindingsBlock as refusal:
        return blocked_page(line, form, refusal), Invalid.status
    except letters_services.LetterRevoked:
        flash(_("The letter was revoked already."), "warn")
    except NothingToPrint:
        flash(_("Whom it was for gets no such letter any more, so that none is issued. You can revoke it."), "bad")
    else:
        flash(words, "ok")
    return redirect(back)


def override_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the reason for an override and the mark of the findings that it overrides."""
    return {"anyway": values.get(ANYWAY.name) or None, "despite": request.form.get(DESPITE) or None}


def blocking_findings(refusal: Refusal) -> list[Finding] | None:
    """Everything that was found to be mended, where that is why nothing is issued."""
    is_blocked = isinstance(refusal, FindingsBlock)
    return [Finding.from_plain(finding) for finding in refusal.details["findings"]] if is_blocked else None


def blocked_page(line: LetterLine, form: Form, refusal: FindingsBlock) -> str:
    """Show the findings that block a reissue until they are fixed or overridden."""
    asked = Form.empty((REASON, ASKED_ANYWAY), **{name: form.values.get(name, "") for name in ("reason", "anyway")})
    return letter_page(line, asked, blocking_findings(refusal) or ())


def own(letter_id: int) -> LetterLine:
    return letters_issued_letters.get_letter(reading(), edition(), letter_id, within=within(SEE))


def kind_of(word: str) -> LetterKind:
    if word not in set(LetterKind):
        raise NotFound(entity="letter_form")
    return LetterKind(word)


def selection(kind: LetterKind, form: Form, sent: MultiDict[str, str]) -> Selection:
    """`invitation` and `to_registration` come by links from their own pages."""
    values = form.values
    return Selection(
        kind,
        values.get("to") == TO_INVITED,
        values["type"],
        values["delegation"],
        values["registration"] or id_from(sent.get("to_registration", "")) or None,
        id_from(sent.get("invitation", "")) or None,
    )


def chosen(kind: LetterKind, form: Form, sent: MultiDict[str, str]) -> list[LetterValues]:
    languages = form.values["languages"]
    return candidates(reading(), edition(), selection(kind, form, sent), languages, now=clock.now())


def issue_page(
    kind: LetterKind, form: Form, override: Form | None = None, *, findings: Sequence[Finding] | None = None
) -> str:
    """Render the page of an issue. `findings` are already known ones."""
    looked = not form.faults and (request.method == "POST" or "languages" in request.values)
    to = selection(kind, form, request.values) if looked else None
    try:
        refuse_unknown(reading(), edition().id, to or Selection(kind))
    except Invalid as refusal:
        form.refuse(refusal)
        to = None
    recipients = chosen(kind, form, request.values) if to else []
    if findings is None:
        how: Any = {"workshop": lookers(), "folder": fonts(), "now": clock.now()}
        findings = letter_previews.check(reading(), edition(), recipients, **how)
    kept = {name: value for name, value in request.values.items() if name in ("invitation", "to_registration")}
    return render_template(
        "organizer/formal/new.html",
        section=SECTION,
        kind=kind,
        form=form,
        looked=to is not None,
        found=recipients,
        kept=kept,
        sent={**kept, **{name: value for name, value in form.raw.items() if value}},
        findings=findings,
        print_form=override
        or Form.empty((ANYWAY,) if mark_of(findings) else (), anyway=request.form.get(ANYWAY.name, "")),
        left_out=left_out_words(who_is_left_out(reading(), edition(), to, now=clock.now())) if to else [],
        groups=by_kind(findings),
        mark=letters_services.mark_of(recipients),
        despite=mark_of(findings),
        attendance=letter_previews.seen_of(reading(), edition(), recipients)
        if kind is LetterKind.CERTIFICATE
        else None,
    )


def left_out_words(counts: LeftOut) -> list[str]:
    already, place, door, unnamed = counts.have_one, counts.without_place, counts.not_there, counts.unnamed
    lines = (
        (already, ngettext("%(num)s person has one already.", "%(num)s people have one already.", already)),
        (place, ngettext("%(num)s person has no place.", "%(num)s people have no place.", place)),
        (
            door,
            ngettext("%(num)s person was scanned nowhere inside.", "%(num)s people were scanned nowhere inside.", door),
        ),
        (unnamed, ngettext("%(num)s invitation names nobody.", "%(num)s invitations name nobody.", unnamed)),
    )
    return [words for count, words in lines if count]


def letter_page(line: LetterLine, form: Form, findings: Sequence[Finding] = ()) -> str:
    return render_template(
        "organizer/formal/one.html",
        section=SECTION,
        row=line.row,
        altered=line.altered,
        groups=by_kind(findings),
        despite=mark_of(findings),
        recipient=line.said.said,
        content=line.said.content,
        form=form,
        paper=Paper(PAPERS[line.row.kind]),
        history=past("letter", line.row.id),
    )

"""A name check, behind the signed link that an office was sent: how its people will be printed, to approve or correct.

Looking changes nothing, since mail scanners open links; only forms do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, Stale
from forumapp.core.serving.rate_limits import FORMS, is_local, limiter
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.text import is_written
from forumapp.domain.forums.queries import list_editions
from forumapp.domain.proofs import answering
from forumapp.domain.proofs.queries import list_corrections
from forumapp.domain.proofs.rules import LINK_PURPOSE, TEXT_PARTS
from forumapp.schemas.choices import CorrectionState, EntryState, NameOrder
from forumapp.schemas.fields import NAME
from forumapp.web.forms.fields import LINE, Choice, Fault, Field, Texts
from forumapp.web.forms.forms import Form
from forumapp.web.frame import pages
from forumapp.web.public.registration.forms import UNPROCESSABLE
from forumapp.web.public.signed_links import keep_private, read_link
from forumapp.web.public.site import VISITOR, render
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.proofs.queries import EntryLine, ProofLine

blueprint = pages("proofs", __name__, url_prefix="/proof")
blueprint.after_request(keep_private)
# The name that was given once is kept in the visitor's own cookie, by proof.
ANSWERED_BY = "proof-answered-by"
ALL = "all"
STALE = 412


@dataclass(frozen=True, kw_only=True)
class NameField(Field):
    """A name, or a part of one: in letters of whatever script."""

    longest: int = NAME

    def parse(self, raw: Mapping[str, Any]) -> str:
        text: str = super().parse(raw)
        if not is_written(text):
            raise Fault("not-a-letter")
        return text


BY = Field(name="by", label=_l("Your name and office"), required=True, longest=200)
REMARK = Field(
    name="remark",
    label=_l("Anything else"),
    help=_l("Such as where the person should stand in the order."),
    longest=2000,
)


def fields_for(edition: Edition) -> tuple[Field, ...]:
    """What can be corrected, in the languages in which the edition is printed."""
    texts: dict[str, Any] = {"languages": tuple(edition.languages), "longest": LINE}
    latin = (
        NameField(name="latin_family", label=_l("Family name in Latin letters")),
        NameField(name="latin_given", label=_l("Given name in Latin letters")),
        Choice(name="name_order", label=_l("Order of the Latin name"), kind=NameOrder),
    )
    native = (NameField(name="native_full", label=_l("Name in its own script")),)
    names = native + latin if language() == "zh-Hans" else latin + native
    title = Texts(name="title", label=_l("Title"), **texts)
    return (*names, title, Texts(name="organization", label=_l("Organization"), **texts), REMARK, BY)


@blueprint.get("/<token>")
def page(token: str) -> ResponseReturnValue:
    return show(token, proof_of(token))


@blueprint.post("/<token>")
@limiter.limit(FORMS, exempt_when=is_local)
def approve(token: str) -> ResponseReturnValue:
    """Approve one person, or all who wait for it, as the sender of the form saw them."""
    proof, by = proof_of(token), request.form.get("by", "").strip()
    seen = seen_of(proof, request.form.get("approve", ""))
    try:
        BY.parse({BY.name: by})
        with transaction() as db:
            number = answering.approve(db, *read(token), seen, by=by, actor=VISITOR, now=clock.now())
    except Fault as fault:
        return show(token, proof, by=by, errors={BY.name: fault.code}), UNPROCESSABLE
    except Invalid as refusal:
        return show(token, proof, by=by, errors=refusal.fields), UNPROCESSABLE
    except (Stale, answering.CorrectionWaits) as refusal:
        changed = refusal.details.get("entries", ())
        return show(token, proof_of(token), by=by, changed=changed), STALE
    remember(proof, by)
    if number:
        words = ngettext("Thank you. %(num)s person is approved.", "Thank you. %(num)s people are approved.", number)
        flash(words, "ok")
    elif not request.form.get("approve"):  # pressing Enter in the field approves nobody
        flash(_("Nobody has been approved by this. Please press “Approve” at each person, or the one for all."), "info")
    return onward(token)


@blueprint.post("/<token>/people/<id:entry_id>/take-back")
@limiter.limit(FORMS, exempt_when=is_local)
def take_back(token: str, entry_id: int) -> ResponseReturnValue:
    version = request.form.get("version", 0, whole_number)
    try:
        with transaction() as db:
            answering.take_back(db, *read(token), entry_id, version=version, actor=VISITOR, now=clock.now())
    except Stale:
        flash(_("Someone has answered for this person since you opened the page. Please look again."), "warn")
    else:
        flash(_("The approval has been taken back."), "ok")
    return redirect(url_for(".page", token=token, _anchor=f"person-{entry_id}"), 303)


@blueprint.get("/<token>/people/<id:entry_id>")
def correction(token: str, entry_id: int) -> ResponseReturnValue:
    proof = proof_of(token)
    line, edition = proof.entry(entry_id), edition_of(proof)
    return show_correction(token, edition, line, form_of(edition, proof, line))


@blueprint.post("/<token>/people/<id:entry_id>")
@limiter.limit(FORMS, exempt_when=is_local)
def correct(token: str, entry_id: int) -> ResponseReturnValue:
    proof = proof_of(token)
    line, edition = proof.entry(entry_id), edition_of(proof)
    form = Form.sent(fields_for(edition), request.form)
    if form.faults:
        return show_correction(token, edition, line, form), UNPROCESSABLE
    values = dict(form.values)
    remark, by = values.pop("remark"), values.pop("by")
    options: dict[str, Any] = {"remark": remark, "by": by, "seen": request.form.get("seen", "")}
    try:
        with transaction() as db:
            answering.correct(
                db, *read(token), entry_id, parts_of(values, edition), **options, actor=VISITOR, now=clock.now()
            )
    except Invalid as refusal:
        form.faults |= refusal.fields
        return show_correction(token, edition, line, form), UNPROCESSABLE
    except Stale:
        return show_correction(token, edition, proof_of(token).entry(entry_id), form, changed=True), STALE
    except answering.TooManyCorrections:
        return show_correction(token, edition, line, form, too_many=True), 409
    remember(proof, by)
    flash(_("Thank you. The organizer looks at your correction; nothing is changed before that."), "ok")
    return onward(token)


@blueprint.get("/<token>/thanks")
def thanks(token: str) -> ResponseReturnValue:
    """The final state, once nothing waits for the office."""
    proof = proof_of(token)
    return render(
        "public/proofs/thanks.html",
        edition_of(proof),
        "proof",
        token=token,
        proof=proof,
        corrections=corrections_of(proof),
        names={entry.id: entry.name for entry in proof.entries},
    )


def read(token: str) -> tuple[int, int]:
    return read_link(LINK_PURPOSE, token)


def proof_of(token: str) -> ProofLine:
    """Raises LinkHasEnded."""
    return answering.get_by_link(reading(), *read(token))


def edition_of(proof: ProofLine) -> Edition:
    return list_editions(reading(), [proof.row.edition_id])[0]


def seen_of(proof: ProofLine, chosen: str) -> dict[int, str]:
    """The submitted fingerprints of the people to approve. People not on the proof are ignored."""
    ids = [entry.id for entry in proof.entries if entry.state is not EntryState.CORRECTION]
    if chosen != ALL:
        ids = [entry.id for entry in proof.entries if str(entry.id) == chosen]
    return {id_: request.form.get(f"seen.{id_}", "") for id_ in ids}


def show(
    token: str,
    proof: ProofLine,
    *,
    by: str | None = None,
    errors: Mapping[str, str] | None = None,
    changed: tuple[int, ...] | None = None,
) -> str:
    """`changed` are the entries that would print differently from what the sender of the form saw."""
    form = Form((BY,), raw={BY.name: remembered(proof) if by is None else by}, faults=dict(errors or {}))
    waiting = [entry for entry in proof.entries if entry.state in (EntryState.WAITING, EntryState.CHANGED)]
    return render(
        "public/proofs/page.html",
        edition_of(proof),
        "proof",
        token=token,
        proof=proof,
        form=form,
        waiting=waiting,
        changed=changed,
        corrections=corrections_of(proof),
    )


def show_correction(
    token: str, edition: Edition, line: EntryLine, form: Form, *, changed: bool = False, too_many: bool = False
) -> str:
    return render(
        "public/proofs/correct.html",
        edition,
        "proof",
        token=token,
        line=line,
        form=form,
        changed=changed,
        too_many=too_many,
    )


def form_of(edition: Edition, proof: ProofLine, line: EntryLine) -> Form:
    """The current values, to be edited."""
    fields = fields_for(edition)
    form = Form.empty(fields)
    form.raw |= {**line.parts, BY.name: remembered(proof)}
    return form


def parts_of(values: Mapping[str, Any], edition: Edition) -> dict[str, str]:
    """The submitted values, by a correction's parts."""
    parts = {name: str(value) for name, value in values.items() if name not in TEXT_PARTS}
    texts = {f"{kind}.{code}": values[kind].get(code, "") for kind in TEXT_PARTS for code in edition.languages}
    return parts | texts


def corrections_of(proof: ProofLine) -> dict[int, list[Any]]:
    """Open corrections and the last decided one, by entry."""
    found: dict[int, list[Any]] = {}
    for row in list_corrections(reading(), proof):
        mine = found.setdefault(row.entry_id, [])
        if row.state is CorrectionState.OPEN or not any(
            correction.state is not CorrectionState.OPEN for correction in mine
        ):
            mine.append(row)
    return found


def onward(token: str) -> ResponseReturnValue:
    """Redirect to the next waiting person, or to the end of the page."""
    proof = proof_of(token)
    waiting = [entry for entry in proof.entries if entry.state in (EntryState.WAITING, EntryState.CHANGED)]
    if not waiting:
        return redirect(url_for(".thanks", token=token), 303)
    return redirect(url_for(".page", token=token, _anchor=f"person-{waiting[0].id}"), 303)


def remember(proof: ProofLine, by: str) -> None:
    session[ANSWERED_BY] = {"proof": proof.row.id, "by": by}


def remembered(proof: ProofLine) -> str:
    known = session.get(ANSWERED_BY) or {}
    return str(known.get("by", "")) if known.get("proof") == proof.row.id else ""

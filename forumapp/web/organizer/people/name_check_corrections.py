"""Corrections that offices request for printed names: review part by part, then accept or decline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Forbidden, Invalid, NotFound, Stale
from forumapp.core.values.numbers import whole_number
from forumapp.domain.images.queries import get_image
from forumapp.domain.people.queries import organization_name
from forumapp.domain.proofs import deciding, queries, rules
from forumapp.schemas.choices import CorrectionState
from forumapp.web.forms.faults import FAULTS
from forumapp.web.forms.faults import fault as fault_words
from forumapp.web.forms.pictures import shown
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.people.name_checks import EDIT, SECTION, SEE

if TYPE_CHECKING:
    from collections.abc import Collection

    from flask import Response
    from flask.typing import ResponseReturnValue

    from forumapp.domain.proofs.models import ProofCorrection
    from forumapp.domain.proofs.queries import EntryLine

FOR_EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A requested correction of one part: the value as shown, as requested, and as it is now. `seen` is the current
    value when the choice was made.
    """

    part: str
    shown: str
    proposed: str
    stands: str
    chosen: bool
    seen: str | None = None

    @property
    def is_outdated(self) -> bool:
        return self.stands != self.shown

    @property
    def is_news(self) -> bool:
        return self.seen is not None and self.seen != self.stands

    @property
    def is_so_already(self) -> bool:
        return self.stands == self.proposed


@blueprint.get("/<edition>/name-proofs/<id:proof_id>/corrections/<id:correction_id>")
@needs(SEE)
def name_correction(proof_id: int, correction_id: int) -> str:
    row, line = own(proof_id, correction_id)
    chosen = [
        part
        for part, text in row.proposed.items()
        if part == rules.PHOTO or line.stands.get(part) in (row.shown[part], text)
    ]
    return correction_page(row, line, chosen)


@blueprint.get("/<edition>/name-proofs/<id:proof_id>/corrections/<id:correction_id>/photo")
@needs(SEE)
def name_correction_photo(proof_id: int, correction_id: int) -> Response:
    """The photo that a speaker sent with it."""
    row, _line = own(proof_id, correction_id)
    return shown(get_image(reading(), row.photo_id), public=False)


@blueprint.post("/<edition>/name-proofs/<id:proof_id>/corrections/<id:correction_id>/accept")
@needs(EDIT)
def accept_name_correction(proof_id: int, correction_id: int) -> ResponseReturnValue:
    row, line = own(proof_id, correction_id)
    chosen = [part for part in row.proposed if part in request.form.getlist("parts")]
    is_open = row.state is CorrectionState.OPEN  # a decision made meanwhile comes first
    if is_open and row.version != request.form.get("version", 0, whole_number):
        return correction_page(row, line, chosen, stale=True), 412
    if is_open and row.proposed and not chosen:
        return correction_page(row, line, chosen, fault=_("Choose what to take over, or decline the correction.")), 422
    try:
        with transaction() as db:
            deciding.accept(
                db,
                edition().id,
                correction_id,
                chosen,
                seen={part: request.form.get(f"seen.{part}", "") for part in chosen},
                for_everyone=request.form.get("organization") == FOR_EVERYONE,
                native_family=request.form.get("native_family", "").strip(),
                version=request.form.get("version", 0, whole_number),
                actor=actor(),
                now=clock.now(),
            )
    except Stale:
        return correction_page(*own(proof_id, correction_id), chosen, stale=True), 412
    except (Invalid, Forbidden) as refusal:
        code = refusal.fields.get("native_family")
        values: dict[str, Any] = (
            {"errors": {"native_family": fault_words(code)}} if code else {"fault": fault_of(refusal)}
        )
        return correction_page(row, line, chosen, **values), refusal.status
    except deciding.AlreadyDecided:
        return decided_before(proof_id, correction_id)
    flash(_("The correction has been taken over. The office can approve it now."), "ok")
    return redirect(url_for("organizer.name_proof", proof_id=proof_id))


@blueprint.post("/<edition>/name-proofs/<id:proof_id>/corrections/<id:correction_id>/decline")
@needs(EDIT)
def decline_name_correction(proof_id: int, correction_id: int) -> ResponseReturnValue:
    row, line = own(proof_id, correction_id)
    reason = request.form.get("reason", "").strip()
    try:
        with transaction() as db:
            deciding.decline(
                db,
                edition().id,
                correction_id,
                reason,
                version=request.form.get("version", 0, whole_number),
                actor=actor(),
                now=clock.now(),
            )
    except Stale:
        return correction_page(*own(proof_id, correction_id), list(row.proposed), stale=True, reason=reason), 412
    except Invalid:
        faults = {"reason": str(FAULTS["required"])}
        return correction_page(row, line, list(row.proposed), reason=reason, errors=faults), 422
    except deciding.AlreadyDecided:
        return decided_before(proof_id, correction_id)
    flash(_("The correction has been declined. The office reads your reason on its page."), "ok")
    return redirect(url_for("organizer.name_proof", proof_id=proof_id))


def decided_before(proof_id: int, correction_id: int) -> ResponseReturnValue:
    flash(_("Someone else has decided on this correction already."), "info")
    return redirect(url_for("organizer.name_correction", proof_id=proof_id, correction_id=correction_id))


def own(proof_id: int, correction_id: int) -> tuple[ProofCorrection, EntryLine]:
    """Return a correction of the proof within the caller's scope, with the person as printed now."""
    row = queries.get_correction(reading(), edition().id, correction_id, within=within(SEE))
    line = deciding.line_of(reading(), row)
    if line.proof_id != proof_id:
        raise NotFound(entity="proof_correction")
    return row, line


def correction_page(
    row: ProofCorrection,
    line: EntryLine,
    chosen: Collection[str],
    *,
    stale: bool = False,
    fault: str = "",
    reason: str = "",
    errors: dict[str, str] | None = None,
) -> str:
    parts = [
        Wanted(
            part,
            row.shown.get(part, ""),
            text,
            line.stands.get(part, ""),
            part in chosen,
            request.form.get(f"seen.{part}"),
        )
        for part, text in rules.as_read(row.proposed)
    ]
    organization = deciding.registered_in(reading(), edition().id, line.person_id)
    of_organization = any(part.part.startswith("organization.") for part in parts)
    return render_template(
        "organizer/proofs/correction.html",
        section=SECTION,
        row=row,
        line=line,
        proof=queries.get_proof(reading(), edition().id, line.proof_id, within=within(SEE)),
        parts=parts,
        is_open=row.state is CorrectionState.OPEN,
        stale=stale,
        fault=fault,
        reason=reason,
        errors=errors or {},
        asks_for_family=deciding.asks_for_family(reading(), row, line),
        registered=organization_words(organization) if organization and of_organization else None,
        history=past("proof_correction", row.id),
    )


def fault_of(refusal: Invalid | Forbidden) -> str:
    if isinstance(refusal, Forbidden):
        return str(_("Only those who see the whole registry can correct an organization for everyone."))
    return str(FAULTS[next(iter(refusal.fields.values()), "unknown")])


def organization_words(organization: Any) -> dict[str, str]:
    return organization_name(organization.short, organization.legal, None)

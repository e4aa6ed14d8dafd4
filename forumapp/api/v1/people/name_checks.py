"""Name checks: who is in them as they are printed, what offices answer, and what is decided on corrections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import SearchQuery
from forumapp.api.v1.people.name_check_shapes import (
    CorrectionQuery,
    CorrectionSchema,
    DecisionSchema,
    LinkSchema,
    NewProofedPersonSchema,
    NewProofSchema,
    ProofedPersonSchema,
    ProofFieldsSchema,
    ProofQuery,
    ProofSchema,
    UnapprovedSchema,
)
from forumapp.api.v1.shapes import NewOrderSchema, OrderSchema, RemovalSchema, With, page_from
from forumapp.core.errors import AlreadyExists, Invalid, NotFound
from forumapp.core.tokens import ending
from forumapp.core.values.ordering import Order
from forumapp.core.values.paging import Page
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.proofs import deciding, queries, rules, services
from forumapp.domain.proofs.letters import link_of
from forumapp.schemas.choices import CorrectionState

if TYPE_CHECKING:
    from datetime import datetime

    from forumapp.api.auth import Call
    from forumapp.core.config import Config
    from forumapp.core.tokens import Links
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.proofs.models import ProofCorrection
    from forumapp.domain.proofs.queries import EntryLine, ProofLine, Unapproved

SEE, EDIT = Permission.SEE_PROOFS, Permission.EDIT_PROOFS
PROOFS = "/editions/<slug:edition>/name-proofs"
PROOF = f"{PROOFS}/<id:proof_id>"
PEOPLE = f"{PROOF}/people"
CORRECTION = f"{PROOF}/corrections/<id:correction_id>"

blueprint = ApiBlueprint("Name checks", __name__, description="What offices approve before it is printed.")


@blueprint.lists(PROOFS, ProofSchema, query=ProofQuery, needs=SEE)
def list_name_proofs(call: Call, query: dict[str, Any], edition: str) -> Page[With]:
    """Name checks, those that need a decision first; found by their names and those of their people."""
    edition_id = call.edition(edition).id
    page = queries.proofs_page(
        call.db,
        edition_id,
        state=query.get("state"),
        search=query["q"],
        within=call.within(edition_id),
        number=query["page"],
        size=query["page_size"],
    )
    return Page([_serialize(item) for item in page.items], page.number, page.size, page.total)


@blueprint.creates(PROOFS, NewProofSchema, ProofSchema, needs=EDIT)
def create_name_proof(call: Call, values: dict[str, Any], edition: str) -> With:
    """Make a name check, of a delegation or of an office. Nothing is sent by it."""
    edition_row, people = call.edition(edition), values.pop("people")
    values.setdefault("language", edition_row.languages[0])
    row = services.create_proof(call.db, edition_row.id, values, people, actor=call.actor, now=call.now)
    return _proof(call, edition_row.id, row.id)


@blueprint.reads(PROOF, ProofSchema, needs=SEE)
def read_name_proof(call: Call, edition: str, proof_id: int) -> With:
    """One name check."""
    return _proof(call, call.edition(edition).id, proof_id)


@blueprint.changes(PROOF, ProofFieldsSchema, ProofSchema, needs=EDIT)
def change_name_proof(call: Call, changes: dict[str, Any], version: int, edition: str, proof_id: int) -> With:
    """Change its name, the address it goes to, or its language."""
    edition_id = call.edition(edition).id
    services.update_proof(call.db, edition_id, proof_id, changes, version=version, actor=call.actor, now=call.now)
    return _proof(call, edition_id, proof_id)


@blueprint.removes(PROOF, RemovalSchema, needs=EDIT)
def remove_name_proof(call: Call, version: int, edition: str, proof_id: int) -> Removal:
    """Take a name check away with all that was answered on it. Its links end."""
    edition_id = call.edition(edition).id
    return services.remove_proof(call.db, edition_id, proof_id, version=version, actor=call.actor, now=call.now)


@blueprint.reads(f"{PROOF}/link", LinkSchema, needs=EDIT)
def read_name_proof_link(call: Call, edition: str, proof_id: int) -> dict[str, Any]:
    """A newly signed link to its page. Its bearer answers for the office."""
    edition_row = call.edition(edition)
    row = queries.get_proof(call.db, edition_row.id, proof_id, within=call.within(edition_row.id)).row
    links: Links = current_app.extensions["forumapp.links"]
    config: Config = current_app.extensions["forumapp.config"]
    wanted = link_of(row, edition_row)
    url = links.address(wanted, config.base_url, now=call.now)
    return {"url": url, "ends_at": ending(wanted, now=call.now)}


@blueprint.acts(f"{PROOF}/send", ProofSchema, tagged=True, needs=EDIT)
def send_name_proof(call: Call, version: int, edition: str, proof_id: int) -> With:
    """Write to its address, with its link. Also once more."""
    edition_id = call.edition(edition).id
    services.send_proof(call.db, edition_id, proof_id, version=version, actor=call.actor, now=call.now)
    return _proof(call, edition_id, proof_id)


@blueprint.acts(f"{PROOF}/note-sent", ProofSchema, tagged=True, needs=EDIT)
def note_name_proof_sent(call: Call, version: int, edition: str, proof_id: int) -> With:
    """Say that its link was handed over some other way."""
    edition_id = call.edition(edition).id
    services.note_sent(call.db, edition_id, proof_id, version=version, actor=call.actor, now=call.now)
    return _proof(call, edition_id, proof_id)


@blueprint.acts(f"{PROOF}/end-links", ProofSchema, tagged=True, needs=EDIT)
def end_name_proof_links(call: Call, version: int, edition: str, proof_id: int) -> With:
    """Make every link of it that is out invalid. What was answered stays."""
    edition_id = call.edition(edition).id
    services.end_links(call.db, edition_id, proof_id, version=version, actor=call.actor, now=call.now)
    return _proof(call, edition_id, proof_id)


@blueprint.lists(PEOPLE, ProofedPersonSchema, needs=SEE)
def list_proofed_people(call: Call, query: dict[str, Any], edition: str, proof_id: int) -> Page[EntryLine]:
    """Who stands on it, as they are printed now, in the order in which they are."""
    return page_from(_line(call, edition, proof_id).entries, query)


@blueprint.creates(PEOPLE, NewProofedPersonSchema, ProofedPersonSchema, needs=EDIT)
def add_proofed_person(call: Call, values: dict[str, Any], edition: str, proof_id: int) -> EntryLine:
    """Put a person at its end: someone who takes part, and on a delegation's a member of it."""
    edition_id = call.edition(edition).id
    rows = services.add_people(call.db, edition_id, proof_id, [values["person_id"]], actor=call.actor, now=call.now)
    if not rows:
        raise AlreadyExists(fields={"person_id": "taken"})
    return _line(call, edition, proof_id).entry(rows[0].id)


@blueprint.reads(f"{PEOPLE}/order", OrderSchema, needs=SEE)
def read_proofed_order(call: Call, edition: str, proof_id: int) -> Order:
    """The order of the people not ranked by the approved order of precedence, by their ids on the proof."""
    return Order(tuple(entry.id for entry in _line(call, edition, proof_id).movable))


@blueprint.replaces(f"{PEOPLE}/order", NewOrderSchema, OrderSchema, needs=EDIT)
def order_proofed_people(call: Call, values: dict[str, Any], version: int, edition: str, proof_id: int) -> Order:
    """Put them in order."""
    edition_id = call.edition(edition).id
    services.reorder(call.db, edition_id, proof_id, values["ids"], version=version, actor=call.actor, now=call.now)
    return Order(tuple(values["ids"]))


@blueprint.reads(f"{PEOPLE}/<id:entry_id>", ProofedPersonSchema, needs=SEE)
def read_proofed_person(call: Call, edition: str, proof_id: int, entry_id: int) -> EntryLine:
    """One person on it; `id` is theirs on the proof."""
    return _line(call, edition, proof_id).entry(entry_id)


@blueprint.removes(f"{PEOPLE}/<id:entry_id>", RemovalSchema, needs=EDIT)
def remove_proofed_person(call: Call, version: int, edition: str, proof_id: int, entry_id: int) -> Removal:
    """Take a person off it, with what was approved."""
    line = _line(call, edition, proof_id).entry(entry_id)
    edition_id = call.edition(edition).id
    return services.remove_entry(call.db, edition_id, line.id, version=version, actor=call.actor, now=call.now)


@blueprint.lists(f"{PROOF}/corrections", CorrectionSchema, query=CorrectionQuery, needs=SEE)
def list_name_corrections(call: Call, query: dict[str, Any], edition: str, proof_id: int) -> Page[Correction]:
    """What the office wants otherwise, the open ones first."""
    proof = _line(call, edition, proof_id)
    rows = queries.list_corrections(call.db, proof, state=query.get("state"))
    return page_from(rows, query, lambda row: Correction(row, proof.entry(row.entry_id)))


@blueprint.reads(CORRECTION, CorrectionSchema, needs=SEE)
def read_name_correction(call: Call, edition: str, proof_id: int, correction_id: int) -> Correction:
    """One correction, with what stands now."""
    return _correction(call, edition, proof_id, correction_id)


@blueprint.changes(CORRECTION, DecisionSchema, CorrectionSchema, needs=EDIT)
def decide_name_correction(
    call: Call, changes: dict[str, Any], version: int, *, edition: str, proof_id: int, correction_id: int
) -> Correction:
    """Take over a correction, or parts of it, or decline it and say why."""
    row = _correction(call, edition, proof_id, correction_id).row
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    wanted = changes.get("state")
    if wanted is CorrectionState.DECLINED:
        deciding.decline(call.db, row.edition_id, row.id, changes.get("reason", ""), **by)
    elif wanted is CorrectionState.ACCEPTED:
        parts = changes.get("parts", list(row.proposed))
        options: dict[str, Any] = {name: changes[name] for name in ("for_everyone", "native_family") if name in changes}
        seen = {**row.shown, **changes["seen"]} if "seen" in changes else None
        deciding.accept(call.db, row.edition_id, row.id, parts, seen=seen, **options, **by)
    else:
        raise Invalid(fields={"state": "not-an-option"})
    return _correction(call, edition, proof_id, correction_id)


@blueprint.lists("/editions/<slug:edition>/unapproved-names", UnapprovedSchema, query=SearchQuery, needs=SEE)
def list_unapproved_names(call: Call, query: dict[str, Any], edition: str) -> Page[dict[str, Any]]:
    """Everyone on a name check whose name is not approved as it would be printed now, and the VIPs who are on none."""
    edition_id = call.edition(edition).id
    people = queries.list_unapproved(call.db, edition_id, search=query["q"], within=call.within(edition_id))
    return page_from(people, query, _unapproved)


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction with the person it is about."""

    row: ProofCorrection
    line: EntryLine

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)

    @property
    def person_id(self) -> int:
        return self.line.person_id

    @property
    def proposed_at(self) -> datetime:
        return self.row.created_at

    @property
    def changes(self) -> list[dict[str, str]]:
        return [
            {
                "part": part,
                "shown": self.row.shown.get(part, ""),
                "proposed": text,
                "stands": self.line.stands.get(part, ""),
            }
            for part, text in rules.as_read(self.row.proposed)
        ]


def _unapproved(person: Unapproved) -> dict[str, Any]:
    return {
        "person_id": person.person_id,
        "name": person.name,
        "state": person.state,
        "changed": person.changed,
        "proof_id": person.proof.id if person.proof else None,
    }


def _line(call: Call, edition: str, proof_id: int) -> ProofLine:
    edition_id = call.edition(edition).id
    return queries.get_proof(call.db, edition_id, proof_id, within=call.within(edition_id))


def _proof(call: Call, edition_id: int, proof_id: int) -> With:
    return _serialize(queries.get_proof(call.db, edition_id, proof_id, within=call.within(edition_id)))


def _serialize(proof: ProofLine) -> With:
    return With(
        proof.row,
        state=proof.state,
        people=len(proof.entries),
        approved=proof.approved,
        open_corrections=proof.open_corrections,
    )


def _correction(call: Call, edition: str, proof_id: int, correction_id: int) -> Correction:
    edition_id = call.edition(edition).id
    row = queries.get_correction(call.db, edition_id, correction_id, within=call.within(edition_id))
    line = deciding.line_of(call.db, row)
    if line.proof_id != proof_id:
        raise NotFound(entity="proof_correction")
    return Correction(row, line)

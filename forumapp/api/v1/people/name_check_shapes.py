"""The shapes of name checks, of who stands on them, and of what offices want otherwise."""

from __future__ import annotations

import marshmallow as ma

from forumapp.api.paging import PageQuery, SearchQuery
from forumapp.api.v1.shapes import KeptSchema, NameSchema
from forumapp.schemas.choices import CorrectionState, EntryState, ProofState
from forumapp.schemas.fields import (
    NAME,
    Bilingual,
    Choice,
    Email,
    Flag,
    Id,
    Instant,
    Language,
    ListOf,
    Part,
    Shape,
    Text,
    WholeNumber,
)

PART_NAME = r"^[a-z_]+(\.[A-Za-z-]+)?$"
MOST = 1000


class ProofQuery(SearchQuery):
    state = Choice(ProofState)


class CorrectionQuery(PageQuery):
    state = Choice(CorrectionState)


class ProofFieldsSchema(Shape):
    name = Bilingual(
        load_default=dict,
        metadata={"description": "That of the delegation or the organization, unless another one is given."},
    )
    email = Email(allow_none=True)
    language = Language(metadata={"description": "The language of the mail."})


class NewProofSchema(ProofFieldsSchema):
    delegation_id = Id(allow_none=True, metadata={"description": "It holds the delegation's members, and no others."})
    organization_id = Id(
        allow_none=True,
        metadata={"description": "Of an office: those who are printed under it stand on it, after `people`."},
    )
    people = ListOf(Id(), most=MOST, load_default=list, metadata={"description": "Of an office, in this order."})


class ProofSchema(KeptSchema, ProofFieldsSchema):
    delegation_id = Id(allow_none=True)
    sent_at = Instant(allow_none=True)
    state = Choice(ProofState)
    people = WholeNumber(metadata={"description": "How many stand on it."})
    approved = WholeNumber(metadata={"description": "How many of them are approved as they would be printed now."})
    open_corrections = WholeNumber()


class LinkSchema(Shape):
    url = ma.fields.String(required=True)
    ends_at = Instant(required=True)


class NewProofedPersonSchema(Shape):
    person_id = Id(required=True)


class ProofedPersonSchema(KeptSchema):
    """A person as they are printed now, at their place in the order."""

    person_id = Id()
    place = WholeNumber()
    state = Choice(EntryState)
    changed = ma.fields.List(
        ma.fields.String(),
        metadata={"description": "What prints otherwise than it was approved: name, title, organization, order."},
    )
    latin_name = ma.fields.String(attribute="printed.latin_name")
    native_name = ma.fields.String(attribute="printed.native_name")
    title = Bilingual(attribute="printed.title")
    organization = Bilingual(attribute="printed.organization")
    approved_by = ma.fields.String(allow_none=True)
    approved_at = Instant(allow_none=True)
    open_corrections = WholeNumber()


class ChangeSchema(Shape):
    part = ma.fields.String(required=True, metadata={"examples": ["native_full", "title.zh-Hans"]})
    shown = ma.fields.String(required=True, metadata={"description": "What stood there when it was written."})
    proposed = ma.fields.String(required=True)
    stands = ma.fields.String(required=True, metadata={"description": "What stands there now."})


class CorrectionSchema(KeptSchema):
    person_id = Id()
    state = Choice(CorrectionState)
    changes = ma.fields.List(Part(ChangeSchema))
    remark = ma.fields.String()
    proposed_by = ma.fields.String()
    proposed_at = Instant()
    accepted = ma.fields.List(ma.fields.String(), metadata={"description": "Which parts were taken over."})
    reason = ma.fields.String()
    decided_by = ma.fields.String(allow_none=True)
    decided_at = Instant(allow_none=True)


class DecisionSchema(Shape):
    state = Choice(CorrectionState, required=True, metadata={"description": "accepted or declined."})
    parts = ListOf(
        Text(pattern=PART_NAME, longest=40),
        most=20,
        metadata={"description": "Which parts are taken over, one at least; all of them without this."},
    )
    seen = ma.fields.Dict(
        keys=Text(pattern=PART_NAME, longest=40),
        values=Text(),
        metadata={
            "description": "What stood there, by part, when the choice was made. Without it a part of which something"
            " else stands than was shown to the office is refused as stale."
        },
    )
    for_everyone = Flag(metadata={"description": "An organization is corrected in the registry, not for one person."})
    native_family = Text(
        longest=NAME, metadata={"description": "The family name, where it cannot be told from the native name itself."}
    )
    reason = Text(metadata={"description": "Why it is declined; the office reads it."})


class UnapprovedSchema(Shape):
    person_id = Id(required=True)
    name = Part(NameSchema)
    state = Choice(EntryState, allow_none=True, metadata={"description": "null: the person stands on no name check."})
    changed = ma.fields.List(ma.fields.String())
    proof_id = Id(allow_none=True, metadata={"description": "null with a state: a proof out of the caller's reach."})

"""Speakers for organizers: answers, agreements and availability."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import current_app

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import SearchQuery
from forumapp.api.v1.people.name_check_shapes import LinkSchema
from forumapp.api.v1.shapes import (
    KeptSchema,
    NameSchema,
    NewSpanSchema,
    RemovalSchema,
    SpanSchema,
    TitleSchema,
    page_from,
    span_of,
)
from forumapp.core.errors import Forbidden, NotFound
from forumapp.core.tokens import ending
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.speakers import emails as letters
from forumapp.domain.agenda.speakers import mailing as writing
from forumapp.domain.agenda.speakers import services
from forumapp.domain.agenda.speakers.queries import SpeakerFilters, get_line, speaker_ids, speakers_page
from forumapp.domain.people.records.services import name_of
from forumapp.domain.proofs.queries import list_unapproved
from forumapp.schemas.choices import AssignmentRole, AssignmentStatus, SpeakerLack, WritingStatus
from forumapp.schemas.fields import (
    LINE,
    Bilingual,
    Choice,
    Flag,
    Id,
    Instant,
    Language,
    ListOf,
    Part,
    Shape,
    SpanEnd,
    Text,
    WholeNumber,
)

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.config import Config
    from forumapp.core.tokens import Links
    from forumapp.core.values.paging import Page
    from forumapp.domain.agenda.speakers.models import SpeakerAvailability, SpeakerWriting
    from forumapp.domain.agenda.speakers.queries import PartLine, SpeakerLine
    from forumapp.domain.audit.models import Removal

RECORDS = "/editions/<slug:edition>/speaker-records"
RECORD = f"{RECORDS}/<id:person_id>"
FREE = f"{RECORD}/availability"
MAILINGS = "/editions/<slug:edition>/speaker-mailings"
MOST = 10_000
SEE, EDIT = Permission.SEE_AGENDA, Permission.EDIT_AGENDA
LONGEST = 2000

blueprint = ApiBlueprint(
    "Speakers", __name__, description="Who speaks: their answers, what is agreed with them, and writing to them."
)


class SpeakerQuery(SearchQuery):
    role = Choice(AssignmentRole)
    status = Choice(AssignmentStatus)
    lacks = Choice(SpeakerLack, metadata={"description": "What of them is still to come."})


class SpeakerFilterSchema(Shape):
    """As the list takes it; nothing is everyone."""

    q = Text(longest=LINE)
    role = Choice(AssignmentRole)
    status = Choice(AssignmentStatus)
    lacks = Choice(SpeakerLack)


class NewSpeakerMailingSchema(Shape):
    again = Flag(load_default=False, metadata={"description": "They are reminded of what they have not answered."})
    filter = Part(SpeakerFilterSchema, load_default=dict)
    ids = ListOf(Id(), most=MOST, metadata={"description": "Only these people of those the filter selects."})


class SpeakerMailingSchema(Shape):
    """`left` counts the people who got no mail, by the code of the reason."""

    id = Id(required=True)
    again = Flag()
    status = Choice(WritingStatus, required=True)
    total = WholeNumber()
    reached = WholeNumber(metadata={"description": "To how many of them the worker has come."})
    sent = WholeNumber()
    left = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.List(ma.fields.Integer()))
    finished_at = Instant(allow_none=True)


class SpeakerPartSchema(Shape):
    role_id = Id(required=True)
    session_id = Id(required=True)
    session = Bilingual()
    item_id = Id(allow_none=True)
    role = Choice(AssignmentRole)
    status = Choice(AssignmentStatus)
    position = WholeNumber(metadata={"description": "The order in the session, as people set it."})
    starts_at = SpanEnd(allow_none=True)


class SpeakerLineSchema(Shape):
    """A speaker in the list, which the whole team can read."""

    person_id = Id(required=True)
    name = Part(NameSchema)
    titles = ma.fields.List(Part(TitleSchema))
    parts = ma.fields.List(Part(SpeakerPartSchema))
    has_photo = Flag()
    has_biography = Flag()
    invited_at = Instant(allow_none=True)
    reminded_at = Instant(allow_none=True)
    answered_at = Instant(allow_none=True)


class NewAgreementSchema(Shape):
    language = Language(metadata={"description": "Of what is written to them."})
    speaks = Text(longest=20, metadata={"description": "The language in which they speak; empty while it is open."})
    home_zone = Text(longest=60, allow_none=True, metadata={"examples": ["Asia/Shanghai"]})
    av_needs = Text(longest=LONGEST)
    arrival = Text(longest=LONGEST)
    notes = Text(longest=LONGEST)
    contact = Text(longest=LONGEST, metadata={"description": "Who of the house looks after them, as it is printed."})


class SpeakerRecordSchema(SpeakerLineSchema, NewAgreementSchema):
    version = WholeNumber(required=True, metadata={"description": "0 while nothing is agreed."})


class WindowSchema(KeptSchema, SpanSchema):
    """A speaker's availability. Without any they are considered always available."""


@blueprint.lists(RECORDS, SpeakerLineSchema, query=SpeakerQuery, needs=SEE)
def list_speaker_records(call: Call, query: dict[str, Any], edition: str) -> Page[dict[str, Any]]:
    """Everyone with a part in the agenda that is being worked on, in protocol order."""
    edition_id = call.edition(edition).id
    filters, unproofed = _chosen(call, edition_id, query)
    page = speakers_page(
        call.db, edition_id, filters, unproofed=unproofed, number=query["page"], size=query["page_size"]
    )
    return page.of([_line(item) for item in page.items])


@blueprint.reads(RECORD, SpeakerRecordSchema, needs=EDIT)
def read_speaker_record(call: Call, edition: str, person_id: int) -> dict[str, Any]:
    """One speaker with their agreement."""
    return _record(call, call.edition(edition).id, person_id)


@blueprint.changes(RECORD, NewAgreementSchema, SpeakerRecordSchema, needs=EDIT)
def change_speaker_record(
    call: Call, changes: dict[str, Any], version: int, edition: str, person_id: int
) -> dict[str, Any]:
    """Change the agreement."""
    edition_id = call.edition(edition).id
    services.update_speaker(call.db, edition_id, person_id, changes, version=version, actor=call.actor, now=call.now)
    return _record(call, edition_id, person_id)


@blueprint.removes(RECORD, RemovalSchema, needs=EDIT)
def remove_speaker_record(call: Call, version: int, edition: str, person_id: int) -> Removal:
    """Remove the agreement with the availability. Their parts stay."""
    edition_id = call.edition(edition).id
    return services.remove_speaker(call.db, edition_id, person_id, version=version, actor=call.actor, now=call.now)


@blueprint.reads(f"{RECORD}/link", LinkSchema, needs=EDIT)
def read_speaker_link(call: Call, edition: str, person_id: int) -> dict[str, Any]:
    """A newly signed link to their own page, once something is agreed. Its bearer answers for them."""
    edition_row = call.edition(edition)
    row = services.find_speaker(call.db, edition_row.id, person_id)
    if row is None:
        raise NotFound(entity="speaker")
    links: Links = current_app.extensions["forumapp.links"]
    config: Config = current_app.extensions["forumapp.config"]
    wanted = letters.link_of(row, edition_row)
    return {"url": links.address(wanted, config.base_url, now=call.now), "ends_at": ending(wanted, now=call.now)}


@blueprint.acts(f"{RECORD}/invite", SpeakerRecordSchema, tagged=True, needs=EDIT)
def invite_speaker(call: Call, version: int, edition: str, person_id: int) -> dict[str, Any]:
    """Mail them the link to their own page."""
    edition_id = call.edition(edition).id
    letters.invite_speaker(call.db, edition_id, person_id, version=version, actor=call.actor, now=call.now)
    return _record(call, edition_id, person_id)


@blueprint.acts(f"{RECORD}/remind", SpeakerRecordSchema, tagged=True, needs=EDIT)
def remind_speaker(call: Call, version: int, edition: str, person_id: int) -> dict[str, Any]:
    """Ask for the answers that are still open."""
    edition_id = call.edition(edition).id
    letters.remind_speaker(call.db, edition_id, person_id, version=version, actor=call.actor, now=call.now)
    return _record(call, edition_id, person_id)


@blueprint.acts(f"{RECORD}/end-links", SpeakerRecordSchema, tagged=True, needs=EDIT)
def end_speaker_links(call: Call, version: int, edition: str, person_id: int) -> dict[str, Any]:
    """Invalidate every link sent to them. Their answers stay."""
    edition_id = call.edition(edition).id
    services.end_links(call.db, edition_id, person_id, version=version, actor=call.actor, now=call.now)
    return _record(call, edition_id, person_id)


@blueprint.lists(FREE, WindowSchema, needs=EDIT)
def list_speaker_availability(
    call: Call, query: dict[str, Any], edition: str, person_id: int
) -> Page[SpeakerAvailability]:
    """When they are free, in order of time."""
    windows = get_line(call.db, call.edition(edition).id, person_id).windows
    return page_from(windows, query)


@blueprint.creates(FREE, NewSpanSchema, WindowSchema, needs=EDIT)
def add_speaker_availability(call: Call, values: dict[str, Any], edition: str, person_id: int) -> SpeakerAvailability:
    """Note a time in which they are free."""
    edition_id = call.edition(edition).id
    return services.add_window(call.db, edition_id, person_id, span_of(values), actor=call.actor, now=call.now)


@blueprint.reads(f"{FREE}/<id:window_id>", WindowSchema, needs=EDIT)
def read_speaker_availability(call: Call, edition: str, person_id: int, window_id: int) -> SpeakerAvailability:
    """One period of availability."""
    return services.get_window(call.db, call.edition(edition).id, person_id, window_id)


@blueprint.removes(f"{FREE}/<id:window_id>", RemovalSchema, needs=EDIT)
def remove_speaker_availability(call: Call, version: int, edition: str, person_id: int, window_id: int) -> Removal:
    """Remove a period of availability."""
    row = services.get_window(call.db, call.edition(edition).id, person_id, window_id)
    return services.remove_window(call.db, row.edition_id, row.id, version=version, actor=call.actor, now=call.now)


@blueprint.creates(MAILINGS, NewSpeakerMailingSchema, SpeakerMailingSchema, needs=EDIT)
def write_to_speakers(call: Call, values: dict[str, Any], edition: str) -> SpeakerWriting:
    """Invite many speakers at once, or remind them. A worker does it, one after another. People already invited are not
    invited again; people with nothing to answer, or mailed within twelve hours, get no mail.
    """
    edition_id = call.edition(edition).id
    filters, unproofed = _chosen(call, edition_id, values["filter"])
    chosen = speaker_ids(call.db, edition_id, filters, unproofed=unproofed)
    only = set(values.get("ids", chosen))
    by: dict[str, Any] = {"again": values["again"], "actor": call.actor, "now": call.now}
    return writing.write_to_all(call.db, edition_id, [one for one in chosen if one in only], **by)


@blueprint.reads(f"{MAILINGS}/<id:writing_id>", SpeakerMailingSchema, needs=EDIT)
def read_speaker_mailing(call: Call, edition: str, writing_id: int) -> SpeakerWriting:
    """Its progress, and who got no mail."""
    return writing.get_writing(call.db, call.edition(edition).id, writing_id)


def _chosen(call: Call, edition_id: int, query: dict[str, Any]) -> tuple[SpeakerFilters, set[int]]:
    """The filters, and the people whose names are not approved where the query asks for them."""
    filters = SpeakerFilters(query.get("q", ""), query.get("role"), query.get("status"), query.get("lacks"))
    if filters.lack is not SpeakerLack.PROOF:
        return filters, set()
    within = call.access(edition_id).within(Permission.SEE_PROOFS)
    if within is not None and not within:
        raise Forbidden(needs=Permission.SEE_PROOFS.value)
    return filters, {name.person_id for name in list_unapproved(call.db, edition_id, within=within)}


def _record(call: Call, edition_id: int, person_id: int) -> dict[str, Any]:
    line = get_line(call.db, edition_id, person_id)
    agreed = {name: getattr(line.agreed, name, None) for name in NewAgreementSchema().fields}
    agreed = {name: value for name, value in agreed.items() if value is not None}
    return {**_line(line), **agreed, "version": line.version}


def _line(line: SpeakerLine) -> dict[str, Any]:
    return {
        "person_id": line.person_id,
        "name": name_of(line.person),
        "titles": line.titles,
        "parts": [_part(each) for each in line.parts],
        "has_photo": line.person.photo_id is not None,
        "has_biography": bool(line.person.biography),
        **{name: getattr(line.agreed, name, None) for name in ("invited_at", "reminded_at", "answered_at")},
    }


def _part(part: PartLine) -> dict[str, Any]:
    return {
        "role_id": part.role.id,
        "session_id": part.session.id,
        "session": part.session.title,
        "item_id": part.role.item_id,
        "role": part.role.role,
        "status": part.role.status,
        "position": part.role.position,
        "starts_at": part.span and part.span.start,
    }

"""Tracks, sessions with their items and people, published versions of the agenda, and who speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.program.session_parts import SESSION, ChannelSchema, ItemSchema, RoleSchema, session_of
from forumapp.api.v1.shapes import (
    KeptSchema,
    RemovalSchema,
    Slug,
    TitleSchema,
    With,
    page_from,
)
from forumapp.core.errors import Invalid, NotFound
from forumapp.core.values.paging import Page
from forumapp.core.values.times import Span
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda import queries
from forumapp.domain.agenda.sessions import services
from forumapp.schemas.choices import (
    Interpretation,
    Layout,
    Press,
    SessionKind,
    SessionStatus,
)
from forumapp.schemas.fields import (
    PARAGRAPHS,
    Bilingual,
    Choice,
    Flag,
    Id,
    Instant,
    Language,
    ListOf,
    MomentSchema,
    Part,
    Shape,
    SpanEnd,
    Text,
    WholeNumber,
)

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.domain.agenda.models import AgendaVersion, Session, Track
    from forumapp.domain.audit.models import Removal

MOST_LANGUAGES = 10
LONGEST_SESSION = 24 * 60
_UNSCHEDULED: dict[str, Any] = {
    "allow_none": True,
    "metadata": {"description": "Both ends, or null for both: it waits for its place in the timetable."},
}
COLOR = r"^#[0-9a-fA-F]{6}$"
TRACKS = "/editions/<slug:edition>/tracks"

blueprint = ApiBlueprint("Agenda", __name__, description="Tracks, sessions, published agendas and their speakers.")


class NewTrackSchema(Shape):
    code = Slug(required=True)
    name = Bilingual(needed=True)
    color = Text(pattern=COLOR, longest=7)
    position = WholeNumber()


class TrackSchema(KeptSchema, NewTrackSchema):
    pass


class SessionFieldsSchema(Shape):
    code = Slug(required=True)
    title = Bilingual(needed=True)
    abstract = Bilingual(longest=PARAGRAPHS)
    kind = Choice(SessionKind, required=True)
    status = Choice(SessionStatus)
    room_id = Id(allow_none=True)
    in_all_rooms = Flag(
        metadata={"description": "A plenary takes every room and is held in `room_id`; a break may have none."}
    )
    planned_minutes = WholeNumber(
        least=1, most=LONGEST_SESSION, allow_none=True, metadata={"description": "How long, while it has no time."}
    )
    setup_minutes = WholeNumber(least=0, most=LONGEST_SESSION)
    changeover_minutes = WholeNumber(least=0, most=LONGEST_SESSION)
    layout = Choice(Layout, allow_none=True)
    expected_audience = WholeNumber(least=0, allow_none=True)
    av_needs = Text(longest=PARAGRAPHS)
    track_id = Id(allow_none=True)
    interpretation = Choice(Interpretation)
    languages = ListOf(Language(), most=MOST_LANGUAGES)
    press = Choice(Press)
    places = WholeNumber(
        least=0,
        allow_none=True,
        metadata={
            "description": "How many registrants may choose it on their own page, no more than its room seats in the "
            "chosen layout; null: it is open to all."
        },
    )


class NewSessionSchema(SessionFieldsSchema):
    start = Part(MomentSchema, **_UNSCHEDULED)
    end = Part(MomentSchema, **_UNSCHEDULED)


class SessionSchema(KeptSchema, SessionFieldsSchema):
    start = SpanEnd(required=True, allow_none=True)
    end = SpanEnd(required=True, allow_none=True)
    signed_up = WholeNumber(metadata={"description": "How many registrants have chosen it."})
    is_sample = Flag()
    items = ma.fields.List(Part(ItemSchema), required=True)
    channels = ma.fields.List(Part(ChannelSchema), required=True)
    roles = ma.fields.List(Part(RoleSchema), required=True)


class VersionLineSchema(Shape):
    number = WholeNumber(required=True)
    label = Text()
    note = Bilingual(longest=PARAGRAPHS)
    published_at = Instant()
    sha256 = ma.fields.String()


class VersionSchema(VersionLineSchema):
    content = ma.fields.Dict(
        keys=ma.fields.String(),
        required=True,
        metadata={"description": "The agenda as it was published: rooms, tracks, sessions, people and speakers."},
    )


class SpeakerSchema(Shape):
    person_id = Id(required=True)
    latin_family = ma.fields.String()
    latin_given = ma.fields.String()
    name_order = ma.fields.String()
    native_full = ma.fields.String()
    native_language = ma.fields.String()
    form_of_address = Bilingual()
    biography = Bilingual(longest=PARAGRAPHS)
    titles = ma.fields.List(Part(TitleSchema))


@blueprint.lists(TRACKS, TrackSchema, needs=Permission.SEE_AGENDA)
def list_tracks(call: Call, query: dict[str, Any], edition: str) -> Page[Track]:
    """The tracks of an edition, in the organizers' order."""
    edition_id = call.edition(edition).id
    return queries.tracks_page(call.db, edition_id, number=query["page"], size=query["page_size"])


@blueprint.creates(TRACKS, NewTrackSchema, TrackSchema, needs=Permission.EDIT_AGENDA)
def create_track(call: Call, values: dict[str, Any], edition: str) -> Track:
    """Add a track."""
    return services.create_track(call.db, call.edition(edition).id, values, actor=call.actor, now=call.now)


@blueprint.reads(f"{TRACKS}/<id:track_id>", TrackSchema, needs=Permission.SEE_AGENDA)
def read_track(call: Call, edition: str, track_id: int) -> Track:
    """One track."""
    return queries.get_track(call.db, call.edition(edition).id, track_id)


@blueprint.changes(
    f"{TRACKS}/<id:track_id>", NewTrackSchema, TrackSchema, without=("code",), needs=Permission.EDIT_AGENDA
)
def change_track(call: Call, changes: dict[str, Any], version: int, edition: str, track_id: int) -> Track:
    """Change a track."""
    edition_id = call.edition(edition).id
    return services.update_track(
        call.db, edition_id, track_id, changes, version=version, actor=call.actor, now=call.now
    )


@blueprint.removes(f"{TRACKS}/<id:track_id>", RemovalSchema, needs=Permission.EDIT_AGENDA)
def remove_track(call: Call, version: int, edition: str, track_id: int) -> Removal:
    """Take a track away. Refused while sessions are in it."""
    edition_id = call.edition(edition).id
    return services.remove_track(call.db, edition_id, track_id, version=version, actor=call.actor, now=call.now)


@blueprint.lists("/editions/<slug:edition>/sessions", SessionSchema, needs=Permission.SEE_AGENDA)
def list_sessions(call: Call, query: dict[str, Any], edition: str) -> Page[With]:
    """The sessions of the agenda that is being worked on, in order of time."""
    page = queries.sessions_page(call.db, call.edition(edition).id, number=query["page"], size=query["page_size"])
    return Page(_whole(call, page.items), page.number, page.size, page.total)


@blueprint.creates("/editions/<slug:edition>/sessions", NewSessionSchema, SessionSchema, needs=Permission.EDIT_AGENDA)
def create_session(call: Call, values: dict[str, Any], edition: str) -> With:
    """Add a session."""
    edition_id = call.edition(edition).id
    span = _span_of(values, None)
    row = services.create_session(call.db, edition_id, values, span, actor=call.actor, now=call.now)
    return _whole(call, [row])[0]


@blueprint.reads(SESSION, SessionSchema, needs=Permission.SEE_AGENDA)
def read_session(call: Call, edition: str, session_id: int) -> With:
    """One session with its items and people."""
    return _whole(call, [session_of(call, edition, session_id)])[0]


@blueprint.changes(SESSION, NewSessionSchema, SessionSchema, without=("code",), needs=Permission.EDIT_AGENDA)
def change_session(call: Call, changes: dict[str, Any], version: int, edition: str, session_id: int) -> With:
    """Change a session. Null for both ends takes it out of the timetable, and out of its room."""
    row = session_of(call, edition, session_id)
    timed = bool(changes.keys() & {"start", "end"})
    span = _span_of(changes, row.span) if timed else None
    by: Any = {"version": version, "actor": call.actor, "now": call.now}
    row = services.update_session(
        call.db, row.edition_id, session_id, changes, span, unscheduled=timed and span is None, **by
    )
    return _whole(call, [row])[0]


@blueprint.removes(SESSION, RemovalSchema, needs=Permission.EDIT_AGENDA)
def remove_session(call: Call, version: int, edition: str, session_id: int) -> Removal:
    """Take a session away with its items and people's parts. Refused while a delegation's itinerary names it."""
    edition_id = call.edition(edition).id
    return services.remove_session(call.db, edition_id, session_id, version=version, actor=call.actor, now=call.now)


@blueprint.lists("/editions/<slug:edition>/agenda-versions", VersionLineSchema, public=True)
def list_agenda_versions(call: Call, query: dict[str, Any], edition: str) -> Page[AgendaVersion]:
    """Published versions, the latest first."""
    edition_id = call.visible_edition(edition).id
    return queries.versions_page(call.db, edition_id, number=query["page"], size=query["page_size"])


@blueprint.reads("/editions/<slug:edition>/agenda-versions/<number:number>", VersionSchema, public=True)
def read_agenda_version(call: Call, edition: str, number: int) -> With:
    """One published agenda: complete for those who may see the draft, for everyone else with the announced people."""
    edition_id = call.visible_edition(edition).id
    row = queries.get_version(call.db, edition_id, number)
    whole = call.access(edition_id).allows(Permission.SEE_AGENDA)
    content = queries.published_agenda(row) if whole else queries.public_agenda(row)
    return With(row, content=content)


@blueprint.lists("/editions/<slug:edition>/speakers", SpeakerSchema, public=True)
def list_speakers(call: Call, query: dict[str, Any], edition: str) -> Page[dict[str, Any]]:
    """Speakers of the latest published agenda, in protocol order."""
    content = _published(call, edition)
    return page_from(content["speakers"], query, lambda person_id: _speaker(content, person_id))


@blueprint.reads("/editions/<slug:edition>/speakers/<id:person_id>", SpeakerSchema, public=True)
def read_speaker(call: Call, edition: str, person_id: int) -> dict[str, Any]:
    """One speaker of the latest published agenda."""
    content = _published(call, edition)
    if person_id not in content["speakers"]:
        raise NotFound(entity="speaker")
    return _speaker(content, person_id)


def _span_of(values: dict[str, Any], stands: Span | None) -> Span | None:
    """Remove both ends from `values` and return their span. A missing end stays as it is. None for no time."""
    start = values.pop("start", stands.start if stands else None)
    end = values.pop("end", stands.end if stands else None)
    if (start is None) != (end is None):
        raise Invalid(fields={"start" if start is None else "end": "required"})
    return Span(start, end) if start and end else None


def _whole(call: Call, rows: list[Session]) -> list[With]:
    """Sessions with their items, channels and people: three more queries for any number of them."""
    ids = [row.id for row in rows]
    items, roles, channels = (of(call.db, ids) for of in (queries.items_of, queries.roles_of, queries.channels_of))
    return [With(row, items=items[row.id], channels=channels[row.id], roles=roles[row.id]) for row in rows]


def _published(call: Call, edition: str) -> dict[str, Any]:
    version = queries.latest_version(call.db, call.visible_edition(edition).id)
    return queries.public_agenda(version) if version else {"speakers": [], "people": {}}


def _speaker(content: dict[str, Any], person_id: int) -> dict[str, Any]:
    return {"person_id": person_id, **content["people"][str(person_id)]}

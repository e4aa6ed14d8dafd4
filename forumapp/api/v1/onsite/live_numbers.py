"""Live numbers of the day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.onsite.checkin import ByWordSchema
from forumapp.api.v1.shapes import NameSchema
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.checkin.live import numbers
from forumapp.schemas.choices import CheckpointKind, DoorLoad, ScanResult
from forumapp.schemas.fields import Bilingual, Choice, Day, Flag, Id, Instant, Part, Shape, Text, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call

blueprint = ApiBlueprint("Live numbers", __name__, description="Who has come, what goes on at the doors, and where.")


class TallySchema(Shape):
    expected = WholeNumber(metadata={"description": "Those who have a place."})
    arrived = WholeNumber(metadata={"description": "Those of them who have come: each person once."})
    missing = WholeNumber()
    others = WholeNumber(metadata={"description": "Who has come without a place: each person once."})
    handed = WholeNumber(metadata={"description": "Those with a spot who have their badge, given out on any day."})


class TalliedSchema(Shape):
    id = Id(allow_none=True, metadata={"description": "Null of those who are in no delegation."})
    name = Bilingual()
    tally = Part(TallySchema)
    depth = WholeNumber(metadata={"description": "The delegation's level below its parents; it counts with its parts."})


class DoorSchema(Shape):
    """People let in by five minutes, which begin at `starts`."""

    id = Id()
    name = Bilingual()
    let_in = WholeNumber(metadata={"description": "On that day, or in all: each person once."})
    is_now = Flag(
        attribute="flow.is_now",
        metadata={"description": "The last of the five minutes run; else they end when the last one came."},
    )
    starts = ma.fields.List(Instant(), attribute="flow.starts")
    counts = ma.fields.List(WholeNumber(), attribute="flow.counts")
    capacity = WholeNumber(
        attribute="flow.capacity", allow_none=True, metadata={"description": "How many it can take in five minutes."}
    )
    queue = Choice(
        DoorLoad,
        attribute="flow.load",
        metadata={"description": "`near` from four fifths of what it can take: a queue forms."},
    )


class RoomLineSchema(Shape):
    id = Id(metadata={"description": "Of the checkpoint."})
    name = Bilingual()
    kind = Choice(CheckpointKind)
    let_in = WholeNumber(metadata={"description": "On that day, or in all: each person once."})
    inside = WholeNumber(
        allow_none=True,
        metadata={"description": "Now. Null where nobody is scanned as they leave, and of another day than today."},
    )
    capacity = WholeNumber(allow_none=True, metadata={"description": "Of the session's room, as it is set up."})
    taken = WholeNumber(
        allow_none=True,
        metadata={
            "description": "Seats taken by people let in at any checkpoint of the session. Null for what is no "
            "session, and of another day than today."
        },
    )
    is_full = Flag()


class StationLineSchema(Shape):
    name = Text()
    device_id = Id(allow_none=True, metadata={"description": "Null of an account that scans by itself."})
    checkpoint = Bilingual()
    heard_at = Instant(allow_none=True)
    result = Choice(ScanResult, allow_none=True, metadata={"description": "Of its last scan."})
    counts_at = Instant(allow_none=True)
    by_word = Part(ByWordSchema, allow_none=True, metadata={"description": "Where the last scan is a forced pass."})
    skew = WholeNumber(metadata={"description": "How many seconds its clock is ahead."})
    is_waiting = Flag(metadata={"description": "Its code was not typed yet."})
    is_silent = Flag(metadata={"description": "It has not reported for two minutes."})


class HeadcountSchema(Shape):
    """A coach run's people within the caller's reach. Missing people are named once boarding has begun."""

    id = Id()
    vehicle = Bilingual()
    drive = Bilingual()
    starts_at = Instant()
    boarded = WholeNumber(attribute="counts.boarded")
    expected = WholeNumber(attribute="counts.expected")
    absent = WholeNumber(attribute="counts.absent")
    has_departed = Flag()
    missing = ma.fields.List(ma.fields.Nested(NameSchema))


class LiveSchema(Shape):
    day = Day(allow_none=True, metadata={"description": "Null where all days are counted together."})
    total = Part(TallySchema, attribute="people.total")
    by_type = ma.fields.List(ma.fields.Nested(TalliedSchema), attribute="people.by_type")
    by_delegation = ma.fields.List(ma.fields.Nested(TalliedSchema), attribute="people.by_delegation")
    doors = ma.fields.List(ma.fields.Nested(DoorSchema))
    rooms = ma.fields.List(ma.fields.Nested(RoomLineSchema))
    stations = ma.fields.List(ma.fields.Nested(StationLineSchema))
    coaches = ma.fields.List(ma.fields.Nested(HeadcountSchema))


class LiveQuery(ma.Schema):
    day = Day(metadata={"description": "One of the edition's days; left out, all of them together."})


def _mark(call: Call, query: dict[str, Any], edition: str) -> str:
    edition_row = call.edition(edition)
    numbers.day_of(edition_row, query.get("day"))
    return numbers.mark_of(call.db, edition_row.id, call.access(edition_row.id), now=call.now)


@blueprint.reads(
    "/editions/<slug:edition>/live-numbers",
    LiveSchema,
    query=LiveQuery,
    marked=_mark,
    needs=Permission.SEE_REGISTRATIONS,
)
def read_live_numbers(call: Call, query: dict[str, Any], edition: str) -> numbers.Live:
    """Arrived and missing people by type and delegation, of those the caller sees. Callers who see everyone also get
    the doors by five minutes, the rooms and the stations. Polling every second with the last ETag is cheap while
    nothing changes.
    """
    edition_row = call.edition(edition)
    day = numbers.day_of(edition_row, query.get("day"))
    return numbers.live(call.db, edition_row, call.access(edition_row.id), day=day, now=call.now)

"""The roster that a station stores to scan offline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import after_this_request, current_app

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import Number
from forumapp.api.v1.onsite.checkin import station_of
from forumapp.api.v1.shapes import With
from forumapp.core.database.transactions import transaction
from forumapp.core.values.numbers import LARGEST_ID
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.checkin.offline.roster import roster, salt_of, unchanged
from forumapp.domain.checkin.scanning.offline_signatures import called
from forumapp.domain.checkin.setup.stations import note_heard
from forumapp.schemas.choices import PassMode, Presence, ScanResult
from forumapp.schemas.fields import Bilingual, Choice, Flag, Id, Instant, Shape, Text

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Response

    from forumapp.api.auth import Call

ROSTER_PAGE = 500
OWN = "Needed with the token of an account; a device has its own."

blueprint = ApiBlueprint("Check-in rosters", __name__, description="What a station knows while it can ask nobody.")


class CodeHashSchema(Shape):
    qr = Text()
    short = Text(metadata={"description": "Several people may share it: the station asks which one it is."})
    revoked_at = Instant(allow_none=True)


class KnownSchema(Shape):
    """A person who has or had a code, with the values that this checkpoint needs."""

    id = Id()
    latin = Text()
    native = Text()
    language = Text()
    read = Text(metadata={"description": "How the native name is read, where the Latin one does not say so."})
    type_id = Id(allow_none=True, metadata={"description": "None where the caller may see only names and status."})
    delegation_id = Id(allow_none=True)
    is_vip = Flag()
    responsible = Text(allow_none=True)
    bar = Choice(ScanResult, allow_none=True, metadata={"description": "Why their registration is not valid."})
    refused = Choice(ScanResult, allow_none=True, metadata={"description": "Why they may not pass here."})
    is_replaced = Flag()
    presence = Choice(Presence, allow_none=True)
    since = Instant(allow_none=True)
    is_by_word = Flag(
        metadata={
            "description": "They are inside since somebody of the team stood for them: whatever refuses them, they are"
            " `already-in`."
        }
    )
    codes = ma.fields.List(ma.fields.Nested(CodeHashSchema))


class RosterTypeSchema(Shape):
    id = Id()
    name = Bilingual()
    color = Text()


class RosterDelegationSchema(Shape):
    id = Id()
    name = Bilingual()


class RosterSchema(Shape):
    """The people a station must know while offline. From `first_day` on no scan is of a rehearsal."""

    cursor = Text(metadata={"description": "To be sent as `since` next time."})
    whole = Flag(metadata={"description": "Start over: discard what is stored."})
    next_id = Id(allow_none=True, metadata={"description": "To be sent as `after` for the next page of the whole."})
    salt = Text(
        metadata={
            "description": "A hash is the beginning of SHA-256 of this and the code, in base64url: 12 bytes of what the"
            " QR holds, and 3 of a short code."
        }
    )
    made_by = Text(metadata={"description": "The station's name, for scans that another station sends for it."})
    rehearsal_id = Id(allow_none=True, metadata={"description": "To be sent with the scans that are made now."})
    first_day = Instant()
    mode = Choice(PassMode, attribute="asks.mode")
    opens = Instant(allow_none=True, attribute="asks.opens")
    closes = Instant(allow_none=True, attribute="asks.closes")
    zone = Text(attribute="asks.zone", metadata={"description": "By its days people come anew where they come and go."})
    people = ma.fields.List(ma.fields.Nested(KnownSchema))
    gone = ma.fields.List(Id())
    types = ma.fields.List(ma.fields.Nested(RosterTypeSchema))
    delegations = ma.fields.List(ma.fields.Nested(RosterDelegationSchema))


class RosterQuery(Shape):
    checkpoint_id = Number(None, LARGEST_ID, metadata={"description": OWN})
    since = Text(longest=200, metadata={"description": "The cursor of the last answer: returns what changed since."})
    after = Number(None, LARGEST_ID, metadata={"description": "The next page of the whole."})


@blueprint.reads(
    "/editions/<slug:edition>/roster", RosterSchema, query=RosterQuery, devices=True, needs=Permission.ADMIT
)
def read_roster(call: Call, query: dict[str, Any], edition: str) -> With:
    """The people a station must know to scan offline, in pages; with `since`, those who have changed.
    Codes are hashed.
    """
    station = station_of(call, edition, query.get("checkpoint_id"))
    since, salt = query.get("since", ""), salt_of(current_app.extensions["forumapp.seals"], station.edition_id)
    asked: dict[str, Any] = {"since": since, "after": query.get("after", 0), "most": ROSTER_PAGE}
    changes = roster(call.db, station, salt=salt, **asked, now=call.now) or unchanged(station, since, salt)
    if station.is_unheard and station.device_id:
        _note(station.device_id, call.now)
    return With(changes, made_by=called(current_app.extensions["forumapp.links"], station, now=call.now))


def _note(device_id: int, now: datetime) -> None:
    """Once the answer is made, as of a token."""

    @after_this_request
    def note(response: Response) -> Response:
        with transaction() as db:
            note_heard(db, device_id, now=now)
        return response

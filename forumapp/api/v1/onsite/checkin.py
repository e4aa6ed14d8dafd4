"""Checkpoints, the devices at them, and scans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import current_app

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import Number, PageQuery
from forumapp.api.v1.shapes import KeptSchema, NameSchema, RemovalSchema, Slug, With
from forumapp.core.errors import Invalid, NotFound
from forumapp.core.values.numbers import LARGEST_ID
from forumapp.core.values.times import Span
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.checkin.live.queries import scans_page
from forumapp.domain.checkin.rehearsals import running
from forumapp.domain.checkin.rules import clean_code
from forumapp.domain.checkin.scanning import judgement
from forumapp.domain.checkin.scanning.batches import read_of
from forumapp.domain.checkin.setup import checkpoints, devices
from forumapp.domain.checkin.setup.stations import station_of_device, station_of_organizer
from forumapp.schemas.choices import Area, CheckpointKind, Direction, PassMode, ScanResult
from forumapp.schemas.fields import (
    Bilingual,
    Choice,
    Flag,
    Id,
    Instant,
    ListOf,
    MomentSchema,
    Part,
    Shape,
    SpanEnd,
    Text,
    WholeNumber,
    Word,
)
from forumapp.schemas.scans import NewScanSchema

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.checkin.models import CheckinDevice, Checkpoint, Rehearsal
    from forumapp.domain.checkin.scanning.judgement import Read
    from forumapp.domain.checkin.setup.stations import Station

ADMIT, CHECK_IN, EDIT = Permission.ADMIT, Permission.CHECK_IN, Permission.EDIT_EDITION
CHECKPOINTS = "/editions/<slug:edition>/checkpoints"
CHECKPOINT = f"{CHECKPOINTS}/<id:checkpoint_id>"
DEVICES = "/editions/<slug:edition>/checkin-devices"
DEVICE = f"{DEVICES}/<id:device_id>"
SCANS = "/editions/<slug:edition>/scans"
MOST_TOGETHER = 100
TRIES = "20 per minute; 200 per hour"

blueprint = ApiBlueprint(
    "Check-in", __name__, description="Checkpoints, the devices at them, and the codes that are scanned there."
)


class CheckpointFieldsSchema(Shape):
    code = Slug(metadata={"description": "Left out, it is made of the name."})
    name = Bilingual(needed=True)
    kind = Choice(CheckpointKind, required=True)
    mode = Choice(PassMode)
    session_id = Id(allow_none=True, metadata={"description": "Of one for a session."})
    coach_run_id = Id(allow_none=True, metadata={"description": "Of one at a coach: a scan marks its boarding."})
    area = Choice(Area, allow_none=True, metadata={"description": "For those whose registration type admits there."})
    delegation_id = Id(allow_none=True, metadata={"description": "For its people, and those of its parts."})
    vips_only = Flag()
    needs_sign_up = Flag(metadata={"description": "For those alone who signed up for the session."})
    per_five_minutes = WholeNumber(
        least=1,
        allow_none=True,
        metadata={"description": "How many people can pass in five minutes, for the live numbers; null: nobody knows."},
    )


class NewCheckpointSchema(CheckpointFieldsSchema):
    start = Part(MomentSchema, allow_none=True, metadata={"description": "From when on people pass; null: always."})
    end = Part(MomentSchema, allow_none=True)
    type_ids = ListOf(Id(), attribute="types", most=100, metadata={"description": "Of registration types; none: all."})


class CheckpointSchema(KeptSchema, CheckpointFieldsSchema):
    start = SpanEnd(allow_none=True)
    end = SpanEnd(allow_none=True)
    type_ids = ma.fields.List(Id())
    rehearsal_id = Id(allow_none=True, metadata={"description": "Of the rehearsal that runs."})


class NewDeviceSchema(Shape):
    name = Text(required=True, shortest=1, longest=devices.LONGEST_NAME)
    checkpoint_id = Id(required=True)


class DeviceSchema(KeptSchema, NewDeviceSchema):
    paired_at = Instant(allow_none=True)
    seen_at = Instant(allow_none=True)
    revoked_at = Instant(allow_none=True)


class DeviceWithCodeSchema(DeviceSchema):
    pairing_code = Text(metadata={"description": "By which it signs in, once. Returned only here."})
    code_ends_at = Instant()


class PairingSchema(Shape):
    pairing_code = Text(required=True, longest=40)


class PairedSchema(Shape):
    token = Text(metadata={"description": "Its bearer token for scanning. Returned only here."})
    device_id = Id()
    name = Text()
    checkpoint_id = Id()


class HolderSchema(Shape):
    registration_id = Id()
    name = Part(NameSchema)
    type = Bilingual(attribute="type_name")
    color = Text(attribute="type_color")
    delegation = Bilingual(allow_none=True)
    is_vip = Flag()
    responsible = Text(allow_none=True, metadata={"description": "Whom to call when this VIP comes."})
    note = Text(metadata={"description": "An organizer's note for check-in staff."})


class ByWordSchema(Shape):
    refused = Choice(ScanResult, metadata={"description": "The result by the rules."})
    who = Text(metadata={"description": "Who authorized it; empty once that is erased."})


class ScannedSchema(Shape):
    """The result of a scan: `passed` and `out` let the person through."""

    id = Id(allow_none=True, metadata={"description": "Null where nothing is stored: `rehearsal-over`."})
    nonce = Text(required=True)
    rehearsal = Flag(attribute="is_rehearsal", metadata={"description": "Nobody was let in: it is for practice."})
    result = Choice(ScanResult, required=True)
    direction = Choice(Direction)
    counts_at = Instant()
    holder = Part(HolderSchema, allow_none=True)
    since = Instant(allow_none=True)
    where = Text(allow_none=True, metadata={"description": "By which device or person they were let in."})
    by_word = Part(
        ByWordSchema,
        allow_none=True,
        metadata={"description": "The override, where the rules had refused them."},
    )
    photo = Text(
        allow_none=True,
        metadata={"description": "Where the device that scanned them finds their photo, for five minutes and small."},
    )


class NewScansSchema(Shape):
    scans = ListOf(Part(NewScanSchema), required=True, most=MOST_TOGETHER)


class ScansSchema(Shape):
    scans = ma.fields.List(ma.fields.Nested(ScannedSchema))


class ScanSchema(Shape):
    id = Id(required=True)
    checkpoint_id = Id()
    rehearsal = Flag(attribute="is_rehearsal")
    device_id = Id(allow_none=True)
    account_id = Id(allow_none=True)
    sent_by_device_id = Id(
        allow_none=True, metadata={"description": "The device that sent a scan stored by another device or account."}
    )
    sent_by_account_id = Id(allow_none=True)
    registration_id = Id(allow_none=True)
    direction = Choice(Direction)
    result = Choice(ScanResult)
    told = Choice(ScanResult, allow_none=True)
    scanned_at = Instant(allow_none=True)
    received_at = Instant()
    counts_at = Instant()
    skew = WholeNumber(metadata={"description": "How many seconds the device's clock was ahead."})
    by_word = Part(ByWordSchema, allow_none=True, metadata={"description": "Of a forced pass."})


class ScansQuery(PageQuery):
    of = Word(("day", "rehearsal"), load_default="day", metadata={"description": "Or of the rehearsal that runs."})
    checkpoint_id = Number(None, LARGEST_ID, metadata={"description": "Those at this checkpoint alone."})


@blueprint.lists(CHECKPOINTS, CheckpointSchema, needs=ADMIT)
def list_checkpoints(call: Call, query: dict[str, Any], edition: str) -> Page[With]:
    """The checkpoints of an edition."""
    edition_id = call.edition(edition).id
    page = checkpoints.checkpoints_page(call.db, edition_id, number=query["page"], size=query["page_size"])
    runs = running(call.db, edition_id, now=call.now)
    return page.of([_serialize(row, runs) for row in page.items])


@blueprint.creates(CHECKPOINTS, NewCheckpointSchema, CheckpointSchema, needs=EDIT)
def create_checkpoint(call: Call, values: dict[str, Any], edition: str) -> With:
    """Add a checkpoint."""
    edition_id = call.edition(edition).id
    span = _span_of(values, None)
    row = checkpoints.create_checkpoint(call.db, edition_id, {**values, "span": span}, actor=call.actor, now=call.now)
    return _serialize(row, running(call.db, edition_id, now=call.now))


@blueprint.reads(CHECKPOINT, CheckpointSchema, devices=True, needs=ADMIT)
def read_checkpoint(call: Call, edition: str, checkpoint_id: int) -> With:
    """One checkpoint. A device reads its own."""
    if call.device is not None:
        station = station_of_device(call.db, call.device, slug=edition, now=call.now)
        if station.checkpoint_id != checkpoint_id:
            raise NotFound(entity="checkpoint")
        edition_id = station.edition_id
    else:
        edition_id = call.edition(edition).id
    return _serialize(
        checkpoints.get_checkpoint(call.db, edition_id, checkpoint_id), running(call.db, edition_id, now=call.now)
    )


@blueprint.changes(CHECKPOINT, NewCheckpointSchema, CheckpointSchema, without=("code",), needs=EDIT)
def change_checkpoint(call: Call, changes: dict[str, Any], version: int, edition: str, checkpoint_id: int) -> With:
    """Change a checkpoint. Earlier scans keep their results."""
    edition_id = call.edition(edition).id
    stands = checkpoints.get_checkpoint(call.db, edition_id, checkpoint_id).span
    if changes.keys() & {"start", "end"}:
        changes["span"] = _span_of(changes, stands)
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    row = checkpoints.update_checkpoint(call.db, edition_id, checkpoint_id, changes, **by)
    return _serialize(row, running(call.db, edition_id, now=call.now))


@blueprint.removes(CHECKPOINT, RemovalSchema, needs=EDIT)
def remove_checkpoint(call: Call, version: int, edition: str, checkpoint_id: int) -> Removal:
    """Take a checkpoint away, with its devices. Refused once a code was scanned there."""
    edition_id = call.edition(edition).id
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return checkpoints.remove_checkpoint(call.db, edition_id, checkpoint_id, **by)


@blueprint.lists(DEVICES, DeviceSchema, needs=CHECK_IN)
def list_checkin_devices(call: Call, query: dict[str, Any], edition: str) -> Page[CheckinDevice]:
    """The devices at the checkpoints, with when they were last seen."""
    edition_id = call.whole_edition(edition).id
    return devices.devices_page(call.db, edition_id, number=query["page"], size=query["page_size"])


@blueprint.creates(DEVICES, NewDeviceSchema, DeviceWithCodeSchema, needs=CHECK_IN)
def add_checkin_device(call: Call, values: dict[str, Any], edition: str) -> With:
    """Add a device, which signs in with the returned code within fifteen minutes. Nobody but its organizers
    finds an edition that is a draft: there it signs in once the edition is public, by a new code.
    """
    row, code = devices.add_device(call.db, call.whole_edition(edition).id, values, actor=call.actor, now=call.now)
    return With(row, pairing_code=code)


@blueprint.reads(DEVICE, DeviceSchema, needs=CHECK_IN)
def read_checkin_device(call: Call, edition: str, device_id: int) -> CheckinDevice:
    """One device."""
    return devices.get_device(call.db, call.whole_edition(edition).id, device_id)


@blueprint.changes(DEVICE, NewDeviceSchema, DeviceSchema, needs=CHECK_IN)
def change_checkin_device(
    call: Call, changes: dict[str, Any], version: int, edition: str, device_id: int
) -> CheckinDevice:
    """Another name, or another checkpoint from now on."""
    edition_id = call.whole_edition(edition).id
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return devices.update_device(call.db, edition_id, device_id, changes, **by)


@blueprint.acts(f"{DEVICE}/new-code", DeviceWithCodeSchema, tagged=True, needs=CHECK_IN)
def renew_pairing_code(call: Call, version: int, edition: str, device_id: int) -> With:
    """A new code to sign in with. The device's old token ends when it signs in."""
    edition_id = call.whole_edition(edition).id
    row, code = devices.renew_code(call.db, edition_id, device_id, version=version, actor=call.actor, now=call.now)
    return With(row, pairing_code=code)


@blueprint.acts(f"{DEVICE}/revoke", DeviceSchema, tagged=True, needs=CHECK_IN)
def revoke_checkin_device(call: Call, version: int, edition: str, device_id: int) -> CheckinDevice:
    """Revoke the device permanently: it cannot scan any more."""
    edition_id = call.whole_edition(edition).id
    return devices.revoke_device(call.db, edition_id, device_id, version=version, actor=call.actor, now=call.now)


@blueprint.creates(
    "/editions/<slug:edition>/device-sign-ins", PairingSchema, PairedSchema, located_by=None, public=True, limit=TRIES
)
def sign_device_in(call: Call, values: dict[str, Any], edition: str) -> dict[str, Any]:
    """Sign a device in with its single-use code. Returns its token for scanning."""
    edition_id = call.visible_edition(edition).id
    row, secret = devices.pair(call.db, edition_id, values["pairing_code"], actor=call.actor, now=call.now)
    return {"token": secret, "device_id": row.id, "name": row.name, "checkpoint_id": row.checkpoint_id}


@blueprint.lists(SCANS, ScanSchema, query=ScansQuery, needs=CHECK_IN)
def list_scans(call: Call, query: dict[str, Any], edition: str) -> Page[With]:
    """What was scanned, the latest first."""
    edition_id = call.whole_edition(edition).id
    at = query.get("checkpoint_id")
    kind = query["of"] == "rehearsal"
    size: dict[str, int] = {"number": query["page"], "size": query["page_size"]}
    page = scans_page(call.db, edition_id, checkpoint_id=at, is_rehearsal=kind, **size)
    return page.of([With(scan, by_word=word) for scan, word in page.items])


@blueprint.creates(
    SCANS,
    NewScanSchema,
    ScannedSchema,
    located_by=None,
    devices=True,
    crowded=True,
    straight=lambda sent: clean_code(sent.get("code", "")),  # however it is written
    needs=ADMIT,
)
def scan_code(call: Call, values: dict[str, Any], edition: str) -> With:
    """Scan a code: returns whether its holder passes, and who it is. Of simultaneous scans exactly the first passes."""
    station = station_of(call, edition, values.pop("checkpoint_id", None))
    scanned = judgement.scan(call.db, station, _read(call, station, values), actor=call.actor, now=call.now)
    is_shown = station.device_id is not None and scanned.holder is not None and scanned.holder.has_photo
    return With(scanned, photo=f"/checkin/{edition}/scans/{scanned.id}/photo" if is_shown else None)


@blueprint.creates(
    f"{SCANS}/batch", NewScansSchema, ScansSchema, located_by=None, devices=True, crowded=True, needs=ADMIT
)
def scan_codes(call: Call, values: dict[str, Any], edition: str) -> dict[str, Any]:
    """Scans stored by a device, in the order in which they were made. All of them are accepted, or none."""
    results = []
    for scan in values["scans"]:
        station = station_of(call, edition, scan.pop("checkpoint_id", None))
        results.append(judgement.scan(call.db, station, _read(call, station, scan), actor=call.actor, now=call.now))
    if not results:
        station_of(call, edition, None)
    return {"scans": results}


def station_of(call: Call, edition: str, checkpoint_id: int | None) -> Station:
    """The device's station, or the one that an account names."""
    if call.device is not None:
        station = station_of_device(call.db, call.device, slug=edition, now=call.now)
        if checkpoint_id not in (None, station.checkpoint_id):
            raise Invalid(fields={"checkpoint_id": "not-its-own"})
        return station
    edition_id = call.whole_edition(edition).id
    if checkpoint_id is None:
        raise Invalid(fields={"checkpoint_id": "required"})
    return station_of_organizer(call.db, edition_id, checkpoint_id, actor=call.actor, now=call.now)


def _read(call: Call, station: Station, values: dict[str, Any]) -> Read:
    return read_of(call.db, current_app.extensions["forumapp.links"], station, values, now=call.now)


def _serialize(row: Checkpoint, runs: Rehearsal | None) -> With:
    return With(row, type_ids=[type_.type_id for type_ in row.types], rehearsal_id=runs.id if runs else None)


def _span_of(values: dict[str, Any], stands: Span | None) -> Span | None:
    """Remove both ends from `values` and return their span. A missing end stays as it is."""
    start = values.pop("start", stands.start if stands else None)
    end = values.pop("end", stands.end if stands else None)
    if (start is None) != (end is None):
        raise Invalid(fields={"start" if start is None else "end": "required"})
    return Span(start, end) if start and end else None

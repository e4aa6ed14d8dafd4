"""A scan as devices and pages send it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import marshmallow as ma

from forumapp.schemas.choices import TOLD, Direction, ScanResult
from forumapp.schemas.fields import CODES, Choice, Id, Shape, Text

NONCE = r"^[\x21-\x7e]{1,64}$"
# Of this century, with its offset.
STAMP = (
    r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?"
    r"(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$"
)


class Stamp(ma.fields.String):
    """What a clock says, as RFC 3339 with its offset."""

    default_error_messages = {**CODES, "form": "malformed"}  # noqa: RUF012 (marshmallow's own convention)

    def __init__(self, **options: Any) -> None:
        metadata = {"pattern": STAMP, "maxLength": 40, **options.pop("metadata", {})}
        super().__init__(metadata=metadata, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        text = super()._deserialize(value, attr, data, **options)
        if not re.fullmatch(STAMP, text):
            raise self.make_error("form")
        try:
            return datetime.fromisoformat(text).astimezone(UTC)
        except ValueError as error:  # a thirtieth of February
            raise self.make_error("form") from error


WAY = "`out` counts where people go `in-out`. Where they pass `once` every scan is one in, as its answer says."


class NewScanSchema(Shape):
    code = Text(shortest=1, longest=200, metadata={"description": "What was read, or typed."})
    registration_id = Id(metadata={"description": "Instead of a code, for a person found by name."})
    nonce = Text(
        required=True,
        pattern=NONCE,
        metadata={"description": "What the device calls this scan. Sent again, it is answered as it was."},
    )
    checkpoint_id = Id(metadata={"description": "Needed with the token of an account; a device has its own."})
    direction = Choice(Direction, metadata={"description": WAY})
    scanned_at = Stamp(metadata={"description": "When, by the device's clock."})
    sent_at = Stamp(metadata={"description": "What that clock says when this is sent, which tells how wrong it is."})
    told = Choice(
        ScanResult,
        among=TOLD,
        metadata={
            "description": "The result that the device showed while offline; `unknown` if not yet known there."
            " The scan counts from when it was made then, and the first valid one decides even if it comes later."
        },
    )
    rehearsal_id = Id(
        metadata={
            "description": "Of which rehearsal the device spoke when it scanned, as its checkpoint says. Once that is"
            " over the answer is `rehearsal-over`, and nothing is kept: such a scan is never one of the day."
        }
    )

    made_by = Text(
        longest=300,
        metadata={
            "description": "Of a scan stored by another station: that station's name in its roster. However"
            " often and by whomever it is sent, it is kept once, by its nonce and who made it."
        },
    )

    @ma.validates_schema
    def _of_somebody(self, values: dict[str, Any], **_options: Any) -> None:
        if ("code" in values) == ("registration_id" in values):
            raise ma.ValidationError("required" if "code" not in values else "not-both", "code")

"""Fields for itineraries: times with a zone at each end, legs, and audiences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, ClassVar

from flask_babel import gettext as _

from forumapp.core.values.times import EndsBeforeStart, Moment, Span, TimeDoesNotExist, TimeIsAmbiguous, zone_named
from forumapp.domain.delegations.groups.audiences import TARGETS, Part
from forumapp.web.forms.fields import LINE, Fault, Field, Times, checked, moment_of
from forumapp.web.wording.words import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from werkzeug.datastructures import MultiDict

IN, OUT = "in", "out"


@dataclass(frozen=True, kw_only=True)
class Ends(Times):
    """From one wall time to a later one, each with a zone of its own. An end without a zone has that of its place."""

    control: ClassVar[str] = "ends"
    zone_at: Callable[[str | None], str]  # of the place with this id

    @property
    def keys(self) -> tuple[str, ...]:
        return ("starts", "ends", "starts.zone", "ends.zone", "starts.fold", "ends.fold")

    def write(self, value: Span) -> dict[str, Any]:
        shown = {key: text for key, text in super().write(value).items() if key != "zone"}
        return {**shown, "starts.zone": value.start.zone, "ends.zone": value.end.zone}

    def read(self, sent: MultiDict[str, str]) -> dict[str, Any]:
        raw = super().read(sent)
        here = sent.get("place_id")
        for end, place in (("starts", here), ("ends", sent.get("end_place_id") or here)):
            raw[f"{end}.zone"] = raw[f"{end}.zone"] or self.zone_at(place)
        return raw

    def parse(self, raw: Mapping[str, Any]) -> Span:
        start, end = (
            moment_of(raw, key, checked(raw[f"{key}.zone"], LINE, required=True, key=f"{key}.zone"), f"{key}.zone")
            for key in ("starts", "ends")
        )
        try:
            return Span(start, end).checked()
        except EndsBeforeStart as error:
            raise Fault(error.code, "ends") from error

    def words(self, value: Span) -> str:
        ends = [f"{end.wall:%Y-%m-%d %H:%M} ({end.zone})" for end in (value.start, value.end)]
        return " – ".join(ends)


@dataclass(frozen=True, kw_only=True)
class OfLeg(Field):
    """A line of the item's leg."""

    def get(self, row: Any) -> str:
        return getattr(row.leg, self.name) if row.leg else ""


@dataclass(frozen=True, kw_only=True)
class Estimated(Field):
    """When it is expected now, by the clock of the end at which it happens; of two such times the one nearer to the
    schedule.
    """

    end: str
    type: str = "datetime-local"

    def get(self, row: Any) -> datetime | None:
        at: datetime | None = getattr(row.leg, f"estimated_{self.end}_utc") if row.leg else None
        return at.astimezone(zone_named(getattr(row, f"{self.end}_zone"))).replace(tzinfo=None) if at else None

    def write(self, value: datetime | None) -> dict[str, Any]:
        return {self.name: value.isoformat(timespec="minutes") if value else ""}

    def parse(self, raw: Mapping[str, Any]) -> datetime | None:
        text = super().parse(raw)
        try:
            wall = datetime.fromisoformat(text) if text else None
        except ValueError as error:
            raise Fault("not-a-time") from error
        if wall is not None and wall.tzinfo is not None:
            raise Fault("not-a-time")
        return wall

    def words(self, value: datetime | None) -> str:
        return f"{value:%Y-%m-%d %H:%M}" if value else ""


def estimated(wall: datetime | None, scheduled: Moment) -> datetime | None:
    """The instant of an estimated wall time. Raises TimeDoesNotExist."""
    if wall is None:
        return None
    try:
        return Moment(wall, scheduled.zone).utc
    except TimeIsAmbiguous:
        both = (Moment(wall, scheduled.zone, fold).utc for fold in (0, 1))
        return min(both, key=lambda at: abs(at - scheduled.utc))


@dataclass(frozen=True, slots=True)
class Row:
    """A choice of an audience: `key` names it in the form, `under` is its heading."""

    key: str
    words: str
    under: str = ""


@dataclass(frozen=True, kw_only=True)
class Audience(Field):
    """An item's audience: each delegation, group and person is included, excluded or neither."""

    control: ClassVar[str] = "audience"
    offer: Callable[[], list[Row]]
    of: Callable[[Any], list[Part]]
    usual: Callable[[], list[Part]]

    @property
    def rows(self) -> list[Row]:
        return self.offer()

    @property
    def sections(self) -> list[tuple[str, list[Row]]]:
        return [(under, list(rows)) for under, rows in groupby(self.rows, key=lambda row: row.under)]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(f"{self.name}.{row.key}" for row in self.rows)

    def get(self, row: Any) -> list[Part]:
        return self.of(row)

    def write(self, value: Iterable[Part] | None) -> dict[str, Any]:
        chosen = {f"{self.name}.{key_of(part)}": IN if part.includes else OUT for part in value or self.usual()}
        return {**dict.fromkeys(self.keys, ""), **chosen}

    def parse(self, raw: Mapping[str, Any]) -> list[Part]:
        parts = []
        for key in self.keys:
            if raw[key] in (IN, OUT):
                letter, row_id = key.removeprefix(f"{self.name}.").split("-")
                parts.append(Part(raw[key] == IN, **{_BY_LETTER[letter]: int(row_id)}))
            elif raw[key]:
                raise Fault("not-a-choice")
        if not any(part.includes for part in parts):
            raise Fault("nobody-comes")
        return parts

    def words(self, value: Iterable[Part] | None) -> str:
        return audience_words(value or (), {row.key: row.words for row in self.rows})


_BY_LETTER = {name[0]: name for name in TARGETS}


def key_of(part: Part) -> str:
    target = part.target
    assert target is not None, "a kept audience"  # noqa: S101 (a CHECK holds it)
    return f"{target[0][0]}-{target[1]}"


def audience_words(parts: Iterable[Part], names: Mapping[str, str]) -> str:
    """ "Jiangsu, without Coach 2" in the reader's language. Parts hidden from the reader are only counted."""
    named: dict[bool, list[str]] = {True: [], False: []}
    for part in parts:
        if (key := key_of(part)) in names:
            named[part.includes].append(names[key])
    included = listed(named[True])
    return (
        str(_("%(who)s, without %(others)s", who=included, others=listed(named[False]))) if named[False] else included
    )


__all__ = ["Audience", "Ends", "Estimated", "OfLeg", "Row", "TimeDoesNotExist", "audience_words", "estimated", "key_of"]

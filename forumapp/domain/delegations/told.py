"""What people are told of an itinerary item, and what of it has changed. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from forumapp.core.times import Moment, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LEG = ("carrier", "number", "operating_carrier", "operating_number", "from_terminal", "to_terminal")
ESTIMATES = ("estimated_start_utc", "estimated_end_utc")


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item as someone was told of it and as it is for them now; None is that it is not for them."""

    notice_id: int
    item_id: int
    was: Mapping[str, Any] | None
    now: Mapping[str, Any] | None

    @property
    def said(self) -> Mapping[str, Any]:
        """What it is called by: as it is now, or else as it was."""
        return self.now or self.was or {}

    @property
    def span(self) -> Span:
        return span_said(self.said)

    def is_over(self, now: datetime) -> bool:
        """Nobody needs to know of it any more, wherever it was or came to be: of what is late, once it has come."""
        return all(_end_said(one) <= now for one in (self.was, self.now) if one)

    def is_before(self, until: datetime) -> bool:
        """Whether it begins until then, or was to."""
        return any(span_said(one).start.utc < until for one in (self.was, self.now) if one)


def said_of(item: Any, host: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Plain values of an itinerary item, without those that it lacks: what is printed of it for everyone."""
    leg = item.leg
    said = {
        "kind": str(item.kind),
        "title": dict(item.title),
        "start": _plain(item.span.start),
        "end": _plain(item.span.end),
        "place": dict(item.where),
        "end_place": dict(item.where_to),
        "address": dict(item.full_address),
        "host": dict(host or {}),
        "dress": dict(item.dress),
        "gift": dict(item.gift),
        "press": item.open_to_press,
        "contact": item.contact,
        "note": dict(item.note),
        **{name: getattr(leg, name) for name in LEG if leg},
        **{name: at.isoformat() for name in ESTIMATES if leg and (at := getattr(leg, name))},
    }
    return {name: value for name, value in said.items() if value}


def span_said(said: Mapping[str, Any]) -> Span:
    return Span(*(_moment(said[end]) for end in ("start", "end")))


def _end_said(said: Mapping[str, Any]) -> datetime:
    """As it was expected."""
    expected = said.get("estimated_end_utc")
    return datetime.fromisoformat(expected) if expected else span_said(said).end.utc


def mark_of(changes: Iterable[ItemChange]) -> str:
    """Another one as soon as there is anything else to tell, for whoever says what they have told."""
    seen = json.dumps([[one.notice_id, one.was, one.now] for one in changes], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


def _plain(moment: Moment) -> dict[str, Any]:
    fold = {} if moment.fold is None else {"fold": moment.fold}
    return {"wall": moment.wall.isoformat(timespec="minutes"), "zone": moment.zone, **fold}


def _moment(plain: Mapping[str, Any]) -> Moment:
    return Moment(datetime.fromisoformat(plain["wall"]), plain["zone"], plain.get("fold"))

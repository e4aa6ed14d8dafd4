"""Badges as JSON can hold them, so that a print that is taken up again prints what it began with. Pure."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING, Any

from forumapp.domain.printing.designs.choices import Looks, looks_as_plain, looks_from_plain
from forumapp.domain.printing.paper import documents as paper

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forumapp.domain.printing.designs.choices import Chosen


def as_plain(
    head: paper.EditionHead,
    values: list[paper.BadgeValues],
    looks: Mapping[str, Chosen] | None = None,
    backs: paper.BackFacts | None = None,
) -> dict[str, Any]:
    """In the designs that it began with. Badges show no hosts."""
    plain = dataclasses.asdict(head)
    plain |= {"hosts": (), "starts_on": head.starts_on.isoformat(), "ends_on": head.ends_on.isoformat()}
    badges = [dataclasses.asdict(one) for one in values]
    told = backs or paper.BackFacts()
    sessions = [dataclasses.asdict(one) | {"day": one.day.isoformat()} for one in told.sessions]
    behind = {"sessions": sessions, "help": [list(one) for one in told.help]}
    return {"head": plain, "badges": badges, "looks": looks_as_plain(looks or {}), "backs": behind}


def from_plain(plain: Mapping[str, Any]) -> tuple[paper.EditionHead, list[paper.BadgeValues], Looks]:
    head = dict(plain["head"])
    head |= {"starts_on": date.fromisoformat(head["starts_on"]), "ends_on": date.fromisoformat(head["ends_on"])}
    head |= {"hosts": (), "languages": tuple(head["languages"])}
    badges = [paper.BadgeValues(**one) for one in plain["badges"]]
    return paper.EditionHead(**head), badges, looks_from_plain(plain.get("looks", {}))


def backs_from_plain(plain: Mapping[str, Any]) -> paper.BackFacts:
    sessions = (
        paper.BackSession(**{**one, "day": date.fromisoformat(one["day"])}) for one in plain.get("sessions", ())
    )
    return paper.BackFacts(tuple(sessions), tuple((word, texts) for word, texts in plain.get("help", ())))

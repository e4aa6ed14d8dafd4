"""One approved order of precedence. It follows from no title: a protocol officer put it in order and gave reasons."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from forumapp.cli.demo.records import PrecedenceEntry, PrecedenceList

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from forumapp.cli.demo.records import Delegation, Person, Session

# Digits and small letters only, so that every database sorts the keys alike, whatever its collation.
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

OFFICIALS_FIRST = (
    ("deputy-mayor", "Stands for the mayor's office; local rule puts the host city before the Lieutenant Governor."),
    ("eleni-kounalakis", "Highest state office present."),
    ("fang-wei", "Vice governor of the guest of honor province."),
    ("guo-shaochun", "Consul General, co-host; as a host gives way to the guests."),
    ("liu-chun", "Vice president of CCCME, which is a co-host and leads the delegation."),
    ("jim-wunderman", "CEO of the Bay Area Council, co-host."),
    ("kevin-xu", "Speaker for business; invited as member of a co-host's committee."),
)
HEADS = (
    ("cccme-staff", "Head of the whole delegation."),
    ("jiangsu", "Head of the guest of honor province's delegation."),
    ("shanghai", "Head of a delegation; the larger first."),
    ("hubei", "Head of a delegation; the smaller second."),
)
DEPUTY = "Deputy head of a delegation, in the order of the heads."
STAGE_ROLES = {"moderator": "Moderator, in the order of the program.", "panelist": "Panelist, in the order of seats."}


def sort_key(index: int) -> str:
    return f"{DIGITS[10 + index // len(DIGITS)]}{DIGITS[index % len(DIGITS)]}"


def sample_precedence(
    people: Iterable[Person], delegations: Iterable[Delegation], sessions: Iterable[Session]
) -> PrecedenceList:
    title_of = {person.key: person.title for person in people}
    ordered = _ordered(tuple(delegations), tuple(sessions))
    return PrecedenceList(
        scope="program",
        name={"en": "Order of the program", "zh-Hans": "议程名单次序"},
        # By office, as the record of an approval has it: the sample names nobody for it.
        approved_by="Chief of Protocol, Forum Secretariat",
        approved_at=datetime(2023, 5, 15, 17, 0, tzinfo=UTC),
        entries=tuple(
            PrecedenceEntry(person=key, sort_key=sort_key(index), capacity=title_of[key], reason=reason)
            for index, (key, reason) in enumerate(ordered.items())
        ),
    )


def _ordered(delegations: tuple[Delegation, ...], sessions: tuple[Session, ...]) -> dict[str, str]:
    """Person to reason, first come first placed: officials, heads with their deputies after them, then the stage."""
    heads = {delegation.code: delegation.head for delegation in delegations}
    ordered = dict(OFFICIALS_FIRST)
    ordered |= {heads[code]: reason for code, reason in HEADS}
    members = {delegation.code: delegation.members for delegation in delegations}
    deputies = (one.person for code, _ in HEADS for one in members[code] if one.role == "deputy")
    ordered |= dict.fromkeys(deputies, DEPUTY)
    for key, reason in _on_stage(sessions):
        ordered.setdefault(key, reason)
    return ordered


def _on_stage(sessions: tuple[Session, ...]) -> Iterator[tuple[str, str]]:
    for wanted, reason in STAGE_ROLES.items():
        for session in sessions:
            for role in session.roles:
                if role.role == wanted:
                    yield role.person, reason

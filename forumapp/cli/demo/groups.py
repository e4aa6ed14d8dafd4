"""How the delegation's 132 people are divided: three coaches for the whole stay, and the visits of 24 May.

The record has a part of the delegation going on to the Bay Area Council in San Francisco; who they were, and that they
were 24 of the Jiangsu, Shanghai and CCCME groups, is sample data. All are together again at dinner on 25 May.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forumapp.cli.demo.branches import NORTH, SOUTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forumapp.cli.demo.records import Delegation


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """`captain` and `members` are keys of people."""

    code: str
    name: Mapping[str, str]
    captain: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """From the start of the item `split` to that of `rejoin`; without them for the whole stay."""

    delegation: str
    kind: str
    name: Mapping[str, str]
    groups: tuple[Group, ...]
    split: str | None = None
    rejoin: str | None = None
    is_sample: bool = True


# Code, English and Chinese name, and the rosters that it takes.
COACHES = (
    ("coach-1", "Coach 1", "1号车", ("jiangsu",)),
    ("coach-2", "Coach 2", "2号车", ("hubei", "cccme-staff")),
    ("coach-3", "Coach 3", "3号车", ("shanghai",)),
)
# Places in the rosters, from and to: Jiangsu's interpreter is the fourteenth.
TO_SAN_FRANCISCO = {"jiangsu": (14, 25), "shanghai": (4, 11), "cccme-staff": (2, 5)}


def sample_groups(delegations: Iterable[Delegation]) -> tuple[Partition, ...]:
    rosters = {one.code: [member.person for member in one.members] for one in delegations}
    coaches = [
        Group(
            code=code,
            name={"en": english, "zh-Hans": chinese},
            captain=rosters[parts[0]][-1],
            members=tuple(person for part in parts for person in rosters[part]),
        )
        for code, english, chinese, parts in COACHES
    ]
    return (
        Partition(
            delegation="cccme",
            kind="coach",
            name={"en": "Coaches", "zh-Hans": "乘车"},
            groups=tuple(coaches),
        ),
        _visits(rosters),
    )


def _visits(rosters: dict[str, list[str]]) -> Partition:
    north = [person for part, (first, last) in TO_SAN_FRANCISCO.items() for person in rosters[part][first - 1 : last]]
    south = [person for roster in rosters.values() for person in roster if person not in north]
    return Partition(
        delegation="cccme",
        kind="visit",
        name={"en": "Visits on 24 and 25 May", "zh-Hans": "5月24日至25日考察"},
        split="visits-in-groups",
        rejoin="farewell-dinner",
        groups=(
            Group(
                code=NORTH,
                name={"en": "San Francisco: Bay Area Council", "zh-Hans": "旧金山：湾区委员会"},
                captain=rosters["cccme-staff"][1],
                members=tuple(north),
            ),
            Group(
                code=SOUTH,
                name={"en": "Los Angeles: company visits", "zh-Hans": "洛杉矶：企业考察"},
                captain=rosters["hubei"][0],
                members=tuple(south),
            ),
        ),
    )

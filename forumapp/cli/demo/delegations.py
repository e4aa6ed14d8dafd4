"""The delegation led by CCCME and its four parts, from 20 to 26 May 2023.

The record has a delegation of more than 130 led by CCCME, and that part of it went on to the Bay Area Council's office
on 24 May; everybody and everything else here is sample data. The public figures of the opening are in no roster, so
that no journey or hotel is made up for them.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from forumapp.cli.demo.records import Delegation, Member

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forumapp.cli.demo.records import Person

ARRIVAL, DEPARTURE = date(2023, 5, 20), date(2023, 5, 26)

# Code, English and Chinese name, origin in both, organization, quota, liaison of the secretariat.
PARTS = (
    ("jiangsu", "Jiangsu Delegation", "江苏代表团", "Jiangsu", "江苏", "jiangsu", 53, "staff-22"),
    ("hubei", "Hubei Delegation", "湖北代表团", "Hubei", "湖北", "hubei", 32, "staff-23"),
    ("shanghai", "Shanghai Delegation", "上海代表团", "Shanghai", "上海", "shanghai", 39, "staff-24"),
    ("cccme-staff", "CCCME Staff", "机电商会工作组", "Beijing", "北京", "cccme", 11, "staff-25"),
)
# Numbers that nobody has.
PHONES = {f"staff-{number}": f"+1 213 555 01{number}" for number in range(22, 26)}
# Places in each roster after the head; places counted from the end are the staff's.
DEPUTIES, INTERPRETERS = (2, 3), (14,)
STAFF_FROM_END = 2


def sample_delegations(people: Iterable[Person]) -> tuple[Delegation, ...]:
    rosters: dict[str, list[str]] = {}
    for person in people:
        rosters.setdefault(person.group, []).append(person.key)
    whole = Delegation(
        code="cccme",
        name={"en": "Chinese Business Delegation led by CCCME", "zh-Hans": "机电商会率领的中国企业家代表团"},
        origin={"en": "China", "zh-Hans": "中国"},
        organization="cccme",
        head="cccme-staff-01",
        liaison="staff-22",
        liaison_phone=PHONES["staff-22"],
        quota=135,
        arrives_on=ARRIVAL,
        departs_on=DEPARTURE,
    )
    return (whole, *[_part(row, rosters[row[0]]) for row in PARTS])


def _part(row: tuple[str, str, str, str, str, str, int, str], roster: list[str]) -> Delegation:
    code, english, chinese, origin, origin_chinese, organization, quota, liaison = row
    return Delegation(
        code=code,
        name={"en": english, "zh-Hans": chinese},
        origin={"en": origin, "zh-Hans": origin_chinese},
        organization=organization,
        head=roster[0],
        liaison=liaison,
        liaison_phone=PHONES[liaison],
        quota=quota,
        arrives_on=ARRIVAL,
        departs_on=DEPARTURE,
        parent="cccme",
        members=tuple(
            Member(person=key, role=_member_role(code, number, len(roster)), print_order=number)
            for number, key in enumerate(roster, start=1)
        ),
    )


def _member_role(code: str, number: int, size: int) -> str:
    if number == 1:
        return "head"
    if number in DEPUTIES[: 1 if code == "cccme-staff" else 2]:
        return "deputy"
    if code == "cccme-staff":
        # The sixth of CCCME's own titles is the interpreter's.
        return "interpreter" if number == 6 else "staff"  # noqa: PLR2004 -- a place in the roster
    if number in INTERPRETERS:
        return "interpreter"
    return "staff" if number > size - STAFF_FROM_END else "member"

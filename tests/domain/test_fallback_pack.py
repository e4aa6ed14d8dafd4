"""The fallback pack: everyone stands once in each of its lists, and blank badges name nobody."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from forumapp.core.errors import Forbidden
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.people.models import Person
from forumapp.domain.printing import services
from forumapp.domain.printing.fallback.reading import pack_values
from forumapp.domain.printing.fallback.values import first_of
from forumapp.domain.printing.making import make_book
from forumapp.domain.printing.models import Paper
from forumapp.domain.printing.rules import Options
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.placing import add_code
from tests.domain.conftest import BY, NOW
from tests.domain.test_coaches import Coaches
from tests.domain.test_delegations import make_registration
from tests.seeds import seed_access

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.printing.fallback.values import Group
    from tests.domain.conftest import Forum

PARTS = ("Everyone by name", "Chinese names by pinyin", "By delegation", "By coach", "Not on the list", "Blank badges")


def listed(groups: Sequence[Group]) -> list[tuple[str, list[int]]]:
    return [(next(iter(one.head.values())), [each.registration_id for each in one.people]) for one in groups]


@pytest.mark.one_database
def test_everyone_stands_once_in_each_list_and_blank_badges_name_nobody(
    session: DbSession, forum: Forum, tmp_path: Path
) -> None:
    coaches = Coaches(session, forum)
    run = coaches.run(coaches.north)
    north, south, *_ = coaches.people
    coaches.seat(run, north)
    alone = make_registration(session, forum, "Zeng").id
    for one in (*coaches.people.values(), alone):
        add_code(session, forum.edition.id, one)
    who = session.get_one(Person, session.get_one(Registration, coaches.people[south]).person_id)
    who.native_full, who.native_language = "曾芳", "zh-Hans"
    session.flush()

    values = pack_values(session, forum.edition, Options(), now=NOW)
    people = sorted([*coaches.people.values(), alone])
    for groups in (values.by_name, values.by_delegation):
        assert sorted(each for _head, those in listed(groups) for each in those) == people
    assert listed(values.by_name)[-1] == ("Z", [alone])
    assert listed(values.by_native) == [("Z", [coaches.people[south]])]  # a name that is read Zeng here
    assert listed(values.by_delegation)[-1] == ("In no delegation", [alone])
    assert [[one.registration_id for one in coach.riders] for coach in values.coaches] == [[coaches.people[north]]]

    file = tmp_path / "pack.pdf"
    file.write_bytes(make_book(values, tmp_path))
    pages = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    told = pages.split("\f")[:-1]
    assert [next(part for part in PARTS if part in page) for page in told[1:5]] == list(PARTS[:4])
    assert [all(f"{number} / {len(told)}" in page for number, page in enumerate(told, 1)), "ersion 1" in told[-1]] == [
        True
    ] * 2
    codes = {one.registration_id: one.short_code for one in values.people}
    times = {one: pages.count(code) for one, code in codes.items()}
    assert times == dict.fromkeys(people, 2) | {coaches.people[north]: 3, coaches.people[south]: 3}
    assert PARTS[-1] in told[-1]
    assert len(first_of(values, 1).people) < len(values.people)


@pytest.mark.one_database
def test_whoever_is_limited_to_delegations_has_no_pack_of_all(session: DbSession, forum: Forum) -> None:
    of = forum.edition.id
    for role, may in ((Role.SECRETARIAT, True), (Role.DELEGATION_LIAISON, False), (Role.PRINT_STAFF, False)):
        account = seed_access(session, of, f"{role.value}@x.example", role)
        by = {**BY, "actor": Actor(account.id, Via.PAGE)}
        if may:
            assert services.ask_print(session, of, Paper.FALLBACK_PACK, {}, **by).paper is Paper.FALLBACK_PACK
        else:
            with pytest.raises(Forbidden):
                services.ask_print(session, of, Paper.FALLBACK_PACK, {}, **by)

"""Manifests and signs: who rides in which coach, on paper."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from forumapp.domain.delegations.coaches import runs
from forumapp.domain.delegations.coaches.vehicles import update_vehicle
from forumapp.domain.delegations.groups.audiences import Part
from forumapp.domain.delegations.members.services import update_delegation
from forumapp.domain.delegations.models.coaches import BoardingState
from forumapp.domain.delegations.models.delegations import ItemKind
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.people.models import Person, PrecedencePurpose
from forumapp.domain.people.precedence import lists
from forumapp.domain.people.records.services import update_person
from forumapp.domain.printing.delegation_papers.registry import PAPERS, read_paper
from forumapp.domain.printing.list_papers.typesetting import Setter
from forumapp.domain.printing.list_papers.values import Stamp
from forumapp.domain.printing.models import Paper
from forumapp.domain.printing.paper.changed_facts import differences
from forumapp.domain.printing.pdf.imposition import pages_in
from forumapp.domain.printing.queries import NothingToPrint
from forumapp.domain.printing.rules import Options
from forumapp.domain.registration.models import Registration
from tests.domain.conftest import BY
from tests.domain.delegations.test_audiences import hours
from tests.domain.delegations.test_coaches import Coaches

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.models.delegations import Delegation
    from tests.domain.conftest import Forum


class Printed(Coaches):
    def __init__(self, db: DbSession, forum: Forum) -> None:
        super().__init__(db, forum)
        self.edition = forum.edition

    def read(self, paper: Paper, delegation: Delegation | None = None) -> Any:
        return read_paper(self.db, self.edition, delegation or self.whole, paper, Options())

    def keys(self, *names: str) -> list[str]:
        return [f"person:{self.db.get_one(Registration, self.people[one]).person_id}" for one in names]


@pytest.fixture
def coaches(session: DbSession, forum: Forum) -> Printed:
    return Printed(session, forum)


def test_a_manifest_names_who_rides_who_leads_and_who_has_no_seat(coaches: Printed) -> None:
    with pytest.raises(NothingToPrint):
        coaches.read(Paper.MANIFESTS)
    run = coaches.run(coaches.south, group_id=coaches.stay.id, captain_id=coaches.people["Chen"])
    captain = coaches.db.get_one(Registration, coaches.people["Chen"]).person_id
    version = coaches.db.get_one(Person, captain).version
    phone = {"phone": "+8613900000001"}
    update_person(coaches.db, captain, phone, version=version, **BY)
    update_vehicle(coaches.db, coaches.of, coaches.south.id, {"plate": "8ABC123"}, version=1, **BY)
    values = coaches.read(Paper.MANIFESTS)
    facts, whom = PAPERS[Paper.MANIFESTS].facts(values), PAPERS[Paper.MANIFESTS].whom(values)
    item, of = f"item:{coaches.transfer.id}", f"run:{run.id}"
    adams, baker, chen = coaches.keys("Adams", "Baker", "Chen")
    assert set(facts) == {item, of, f"{of}/{baker}", f"{of}/{chen}", f"{item}/{adams}"}
    assert (facts[of]["plate"], facts[of]["coach"]) == ("8ABC123", {"en": "south"})
    assert "Chen" in str(facts[of]["captain"])
    assert "00000001" not in str(facts)  # nobody has asked them

    def say(**changes: Any) -> str:
        runs.update_run(coaches.db, coaches.of, run.id, changes, version=run.version, **BY)
        return str(PAPERS[Paper.MANIFESTS].facts(coaches.read(Paper.MANIFESTS)))

    assert say(captain_may_be_rung=True).count("+8613900000001") == 1
    say(captain_id=coaches.people["Baker"], captain_may_be_rung=True)  # as the form of the one before sends it
    assert "00000001" not in say(captain_id=coaches.people["Chen"])
    assert whom[coaches.people["Baker"]] == [item, of, f"{of}/{baker}"]

    coaches.mark("Baker", BoardingState.BOARDED)  # which makes no manifest stale
    assert PAPERS[Paper.MANIFESTS].facts(coaches.read(Paper.MANIFESTS)) == facts
    update_vehicle(coaches.db, coaches.of, coaches.south.id, {"driver": "Wu"}, version=2, **BY)
    driven = PAPERS[Paper.MANIFESTS].facts(coaches.read(Paper.MANIFESTS))
    assert [one.key for one in differences(facts, driven)] == [of]  # another driver makes it stale
    own = coaches.read(Paper.MANIFESTS, coaches.hubei)
    told = PAPERS[Paper.MANIFESTS].facts(own)
    assert set(told) == {item, of, f"{of}/{chen}"}
    other = PAPERS[Paper.MANIFESTS].facts(coaches.read(Paper.MANIFESTS, coaches.jiangsu))
    assert "Chen" not in str(other)


@pytest.mark.one_database
def test_a_manifest_is_in_the_order_of_the_motorcade_once_that_is_approved(coaches: Printed) -> None:
    coaches.run(coaches.south, group_id=coaches.stay.id)
    names = {"name": {"en": "Cars"}, "purpose": PrecedencePurpose.MOTORCADE}
    row = lists.create_precedence_list(coaches.db, coaches.of, "cars", **names, **BY)
    said: dict[str, Any] = {"capacity": {"en": "Delegate"}, "reason": "First car"}
    person = coaches.db.get_one(Registration, coaches.people["Chen"]).person_id
    lists.add_precedence_entry(coaches.db, row, person, **said, **BY)

    def riders() -> list[str]:
        return [one for one in PAPERS[Paper.MANIFESTS].facts(coaches.read(Paper.MANIFESTS)) if "/person:" in one]

    before = riders()
    lists.approve_precedence_list(coaches.db, row, "Protocol", version=row.version, **BY)
    after = riders()
    assert (before[0], after[0]) == (after[1], before[1])
    assert after[0].endswith(coaches.keys("Chen")[0])


@pytest.mark.one_database
def test_signs_are_a_page_each_and_name_the_delegation_and_the_coach(coaches: Printed, tmp_path: Path) -> None:
    coaches.run(coaches.south, group_id=coaches.stay.id)
    coaches.item(hours(24, 6, 9), kind=ItemKind.FLIGHT, leg={"carrier": "MU", "number": "583"})
    later: dict[str, Any] = {"kind": ItemKind.FLIGHT, "leg": {"carrier": "MU", "number": "585"}}
    coaches.item(hours(24, 10, 12), Part(True, registration_id=coaches.people["Adams"]), **later)
    long = {"en": "A delegation whose name is so long that it is set smaller " * 4, "zh-Hans": "代表团"}
    for row, name in ((coaches.whole, long), (coaches.hubei, {"en": "Hubei", "zh-Hans": "湖北"})):
        update_delegation(coaches.db, coaches.of, row.id, {"name": name}, version=row.version, **BY)
    lasts = {"ends_on": date(2023, 5, 25)}
    update_edition(coaches.db, coaches.of, lasts, version=coaches.edition.version, **BY)
    stamp = Stamp(1, datetime(2023, 5, 20, tzinfo=UTC))
    for paper, number, said in (
        (Paper.COACH_SIGNS, 1, ("south", "湖北")),
        (Paper.AIRPORT_SIGNS, 2, ("湖北", "south", "MU 583")),
    ):
        laid = PAPERS[paper].lay(coaches.read(paper), stamp)
        assert len(laid.pieces) == number
        assert all(one in laid.pieces[-1] for one in said)
        pdf = Setter(laid, {}, tmp_path).pdf(0)
        assert pages_in(pdf) == 1
    told = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout
    assert re.findall(r"(MU 58\d) .*2023.* (\d\d:00)", told.decode()) == [("MU 583", "09:00"), ("MU 585", "12:00")]

"""The page of a name check, which an office opens by its signed link."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.forums.models import Edition
from forumapp.domain.people.models import EditionTitle, Person
from forumapp.domain.people.records import services as people
from forumapp.domain.proofs import deciding, queries, services
from forumapp.domain.proofs.letters import link_of
from forumapp.domain.proofs.models import NameProof, ProofCorrection, ProofEntry
from forumapp.domain.registration.models import Registration
from tests.access.world import fingerprint
from tests.web.forms import token_of
from tests.web.organizer.house import BY, House, add_registration, row, rows, set_up
from tests.web.organizer.house import queries as counted

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.web.organizer.house import Browser

NAMES = ("Chen", "Baker")


@dataclass
class Office:
    """A browser in which nobody has signed in, and the link."""

    house: House
    proof_id: int
    people: tuple[int, ...]
    browser: Browser
    link: str

    @property
    def proof(self) -> queries.ProofLine:
        with transaction() as db:
            return queries.get_proof(db, self.house.edition_id, self.proof_id)

    def entry(self, place: int) -> queries.EntryLine:
        return self.proof.entries[place]

    def seen(self) -> dict[str, str]:
        return {f"seen.{one.id}": one.shown.fingerprint for one in self.proof.entries}

    def approve(self, which: int | str, **said: str) -> TestResponse:
        chosen = "all" if which == "all" else str(self.entry(int(which)).id)
        return self.browser.send(self.link, {**self.seen(), "approve": chosen, "by": "Ms. Wu", **said})

    def page_of(self, place: int) -> str:
        return f"{self.link}/people/{self.entry(place).id}"

    def correct(self, place: int, **said: str) -> TestResponse:
        one = self.entry(place)
        return self.browser.send(
            self.page_of(place), {**one.parts, "seen": one.shown.fingerprint, "by": "Mr. Xu", **said}
        )


def address(app: Flask, proof_id: int) -> str:
    with transaction() as db:
        proof = db.get_one(NameProof, proof_id)
        wanted = link_of(proof, db.get_one(Edition, proof.edition_id))
    return app.extensions["forumapp.links"].address({**wanted, "days": 30}, "", now=clock.now())


@pytest.fixture
def office(app: Flask) -> Office:
    with transaction() as db:
        house = set_up(db, app)
    ids = tuple(row(Registration, add_registration(house, name)).person_id for name in NAMES)
    with transaction() as db:
        values = {"name": {"en": "Office of Jiangsu", "zh-Hans": "江苏办公室"}, "email": "office@js.example"}
        proof_id = services.create_proof(db, house.edition_id, values, ids, **BY).id
    return Office(house, proof_id, ids, house.browser(), address(app, proof_id))


def test_it_works(office: Office) -> None:
    page = office.browser.get(office.link)
    assert page.status_code == 200
    for words in ("Office of Jiangsu", "江苏办公室", "Chen", "Manager", "经理", "Port of Oakland", "奥克兰港"):
        assert words in page.text
    assert page.text.index("Chen") < page.text.index("Baker")
    assert "no name" in page.text  # which they have not in Chinese


def test_nobody_keeps_the_page_and_no_address_tells_who_they_are(office: Office) -> None:
    for page in (office.link, office.page_of(0), f"{office.link}/thanks"):
        headers = office.browser.get(page).headers
        assert headers["Cache-Control"] == "private, no-store"
        assert headers["X-Robots-Tag"] == "noindex"
        assert headers["Referrer-Policy"] == "same-origin"
    addresses = re.findall(r'(?:href|action)="([^"]+)"', office.browser.get(office.link).text)
    assert [one for one in addresses if re.search(r"chen|baker|jiangsu|%", one, re.IGNORECASE)] == []


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_whoever_only_looks_changes_nothing(office: Office, method: str) -> None:
    pages = [office.link, office.page_of(0), f"{office.link}/thanks", f"{office.link}?approve=all&by=Scanner"]
    before = fingerprint()
    for page in pages:
        assert office.browser.open(page, method=method).status_code == 200
    assert fingerprint() == before


def test_one_is_approved_and_then_the_next(office: Office) -> None:
    answer = office.approve(0)
    assert (answer.status_code, answer.location) == (303, f"{office.link}#person-{office.entry(1).id}")
    page = office.browser.get(office.link).text
    assert "Thank you. 1 person is approved." in page
    assert 'value="Ms. Wu"' in page  # nobody writes their name twice
    assert "Approved by Ms. Wu" in page
    assert [one.state.value for one in office.proof.entries] == ["approved", "waiting"]

    assert office.approve(1).location == f"{office.link}/thanks"
    thanks = office.browser.get(f"{office.link}/thanks").text
    assert "2 of 2 people are approved as shown." in thanks


def test_all_are_approved_at_once(office: Office) -> None:
    assert office.approve("all").location == f"{office.link}/thanks"
    assert [one.approved_by for one in office.proof.entries] == ["Ms. Wu", "Ms. Wu"]


def test_enter_approves_nobody(office: Office) -> None:
    """A browser sends what the first button of a form says."""
    form = office.browser.get(office.link).text.partition('<form class="proof"')[2]
    first = re.search(r'<button[^>]*name="approve" value="([^"]*)"', form)
    assert first
    answer = office.browser.send(office.link, {**office.seen(), "approve": first[1], "by": "Ms. Wu"})
    assert (answer.status_code, office.proof.approved) == (303, 0)
    assert "Nobody has been approved by this" in office.browser.get(office.link).text


def test_an_approval_is_taken_back_as_it_was_seen(office: Office) -> None:
    office.approve("all")
    entry_id = office.entry(0).id
    there = f"{office.page_of(0)}/take-back"
    assert 'name="version" value="2"' in office.browser.get(office.link).text
    for version, by in (("1", "Ms. Wu"), ("2", None)):
        assert office.browser.send(office.link, {"version": version}, to=there).status_code == 303
        assert row(ProofEntry, entry_id).approved_by == by
    assert office.approve(0).location == f"{office.link}/thanks"


def test_who_answers_is_asked_for_and_nothing_is_lost(office: Office) -> None:
    answer = office.approve("all", by="  ")
    assert answer.status_code == 422
    assert "This is needed." in answer.text
    answer = office.correct(0, native_full="陈甲", by="")
    assert answer.status_code == 422
    assert 'value="陈甲"' in answer.text
    assert office.proof.open_corrections == 0


def test_a_change_meanwhile_is_looked_at_before_it_is_approved(office: Office) -> None:
    seen = office.seen()
    with transaction() as db:
        people.update_person(db, office.people[1], {"native_full": "贝克"}, version=1, **BY)

    answer = office.browser.send(office.link, {**seen, "approve": "all", "by": "Ms. Wu"})

    assert answer.status_code == 412
    assert "Nothing has been approved yet" in answer.text
    assert answer.text.count("Changed since you opened the page") == 1
    assert "贝克" in answer.text
    assert office.proof.approved == 0
    assert office.approve("all").status_code == 303


def test_a_correction_waits_for_the_organizer(office: Office) -> None:
    form = office.browser.get(office.page_of(0)).text
    assert 'value="Chen"' in form
    answer = office.correct(0, native_full="陈", **{"title.en": "Chief Manager", "remark": "First, please."})
    assert answer.status_code == 303

    found = rows(select(ProofCorrection))[0]
    assert (found.proposed, found.remark, found.proposed_by) == (
        {"native_full": "陈", "title.en": "Chief Manager"}, "First, please.", "Mr. Xu",
    )  # fmt: skip
    assert row(Person, office.people[0]).native_full == ""
    page = office.browser.get(office.link).text
    for words in ("The organizer looks at your correction", "Chief Manager", "First, please.", "Mr. Xu wrote:"):
        assert words in page
    assert office.approve("all").location == f"{office.link}/thanks"  # all but the one that waits
    assert [one.state.value for one in office.proof.entries] == ["correction", "approved"]
    assert "1 correction waits for the organizer" in office.browser.get(f"{office.link}/thanks").text


def test_the_office_reads_what_became_of_it(office: Office) -> None:
    office.correct(0, **{"title.en": "Chief"})
    office.correct(1, **{"title.en": "Boss", "title.zh-Hans": "老板"})
    first, second = rows(select(ProofCorrection).order_by(ProofCorrection.id))
    with transaction() as db:
        of = office.house.edition_id
        deciding.decline(db, of, first.id, "As in the decree", version=1, **BY)
        deciding.accept(db, of, second.id, ["title.en"], version=1, **BY)
    page = office.browser.get(office.link).text
    assert "As in the decree" in page
    assert "Taken over:" in page
    assert "Boss" in page


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "Change something above, or write here what should be different."),
        ({"latin_given": "Ann 😀"}, "Write letters only"),
        ({"latin_given": "", "native_full": ""}, "This is needed."),
        ({"title.en": "x" * 501}, "This is too long."),
        ({"title.en": "x\u202ey"}, "characters that cannot be stored"),
        ({"name_order": "backwards"}, "Choose one of the list."),
    ],
)
def test_what_cannot_be_a_correction_is_said_beside_what_was_typed(
    office: Office, said: dict[str, str], words: str
) -> None:
    answer = office.correct(0, **{"remark": "", **said})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="Mr. Xu"' in answer.text
    assert rows(select(ProofCorrection)) == []


def test_a_correction_of_what_has_changed_meanwhile_is_shown_with_both(office: Office) -> None:
    seen = office.entry(0).shown.fingerprint
    with transaction() as db:
        title = db.scalars(select(EditionTitle).where(EditionTitle.person_id == office.people[0])).one()
        people.update_edition_title(db, title, {"title": {"en": "Deputy"}}, version=1, **BY)
    answer = office.correct(0, seen=seen, **{"title.en": "Chief"})
    assert answer.status_code == 412
    assert "This has changed since you opened the page" in answer.text
    assert "Deputy" in answer.text
    assert 'value="Chief"' in answer.text
    assert office.correct(0, **{"title.en": "Chief"}).status_code == 303


def test_too_many_corrections_are_refused_and_kept_in_the_form(office: Office) -> None:
    for number in range(10):
        assert office.correct(0, remark=str(number)).status_code == 303
    answer = office.correct(0, remark="One more")
    assert answer.status_code == 409
    assert "One more" in answer.text


def test_a_link_ends_when_the_organizer_says_so_or_its_time_is_over(office: Office) -> None:
    links = office.house.app.extensions["forumapp.links"]
    past = clock.now() - timedelta(seconds=1)
    over = links.sign("proof", [office.proof_id, 1], ends=past)
    another = links.sign("registration", [office.proof_id, 1], ends=clock.now() + timedelta(days=1))
    wrong = [f"/proof/{one}" for one in (over, another, "x", office.link.rpartition("/")[2][:-1])]
    form = office.browser.get(office.link).text
    with transaction() as db:
        services.end_links(db, office.house.edition_id, office.proof_id, version=1, **BY)
    for link in (*wrong, office.link, f"{office.link}/thanks", f"{office.link}/people/{office.entry(0).id}"):
        answer = office.browser.get(link)
        assert answer.status_code == 410
        assert "Chen" not in answer.text
    token = re.search(r'csrf_token" value="([^"]+)', form)
    assert token
    sent = {"csrf_token": token[1], **office.seen(), "approve": "all", "by": "Ms. Wu"}
    assert office.browser.post(office.link, data=sent).status_code == 410
    assert office.proof.approved == 0


def test_links_end_thirty_days_after_the_forum(office: Office) -> None:
    with transaction() as db:
        wanted = link_of(db.get_one(NameProof, office.proof_id), db.get_one(Edition, office.house.edition_id))
    assert (wanted["ends"], wanted["days"]) == (datetime(2023, 6, 22, 12, tzinfo=UTC).isoformat(), 0)


def test_a_person_of_another_proof_is_not_there(office: Office) -> None:
    with transaction() as db:
        other = services.create_proof(
            db, office.house.edition_id, {"name": {"en": "Other"}}, [office.house.person_id], **BY
        )
        entry_id = queries.get_proof(db, office.house.edition_id, other.id).entries[0].id
    assert office.browser.get(f"{office.link}/people/{entry_id}").status_code == 404
    answer = office.browser.send(office.link, {"approve": str(entry_id), f"seen.{entry_id}": "x", "by": "Ms. Wu"})
    assert (answer.status_code, office.proof.approved) == (303, 0)


def test_chinese_readers_are_asked_in_chinese(office: Office) -> None:
    page = office.browser.get(f"{office.link}?lang=zh-Hans").text
    for words in ("姓名校对", "确认", "您的姓名和单位"):
        assert words in page


def test_a_proof_without_people_says_so(office: Office) -> None:
    with transaction() as db:
        for one in queries.get_proof(db, office.house.edition_id, office.proof_id).entries:
            services.remove_entry(db, office.house.edition_id, one.id, version=1, **BY)
    assert "Nobody stands here yet" in office.browser.get(office.link).text


def test_the_page_asks_as_often_for_one_as_for_many(office: Office) -> None:
    def asked() -> int:
        with counted() as sent:
            assert office.browser.get(office.link).status_code == 200
        return len(sent)

    few = asked()
    with transaction() as db:
        services.add_people(db, office.house.edition_id, office.proof_id, [office.house.person_id], **BY)
    assert asked() == few


@pytest.mark.parametrize("page", ["", "/people/1"])
def test_answers_come_no_faster_than_people_write_them(office: Office, page: str) -> None:
    far = {"REMOTE_ADDR": "203.0.113.9"}  # this very machine may ask as often as it likes
    sent = {"csrf_token": token_of(office.browser, office.link), "by": ""}

    said = [office.browser.post(f"{office.link}{page}", data=sent, environ_base=far).status_code for _ in range(61)]

    assert set(said[:60]) <= {404, 422}
    assert said[60] == 429

"""Name checks as organizers make, send and follow them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.delegations.members.services import add_member
from forumapp.domain.delegations.queries import get_delegation
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import EditionTitle, Organization, Person
from forumapp.domain.people.records import services as people
from forumapp.domain.proofs import answering, queries, services
from forumapp.domain.proofs.models import NameProof, ProofCorrection, ProofEntry
from forumapp.domain.registration.lifecycle.decisions import mark_vip
from forumapp.domain.registration.models import Registration
from tests.web.organizer.house import (
    BY,
    HOME,
    NOW,
    Browser,
    House,
    add_registration,
    browser_as,
    group,
    row,
    rows,
)
from tests.web.organizer.house import queries as counted

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

PROOFS = f"{HOME}/name-proofs"
VISITOR: dict[str, Any] = {"actor": Actor(None, Via.PAGE), "now": NOW}


def make(house: House, *names: str, email: str | None = "office@js.example") -> int:
    """An office's proof with new people of these names."""
    ids = [row(Registration, add_registration(house, name, "applied")).person_id for name in names]
    with transaction() as db:
        count = len(rows(select(NameProof.id)))
        name = (
            {"en": f"Office {count}", "zh-Hans": f"办公室{count}"} if count else {"en": "Office", "zh-Hans": "办公室"}
        )
        values = {"name": name, "email": email}
        return services.create_proof(db, house.edition_id, values, ids, **BY).id


@pytest.fixture
def open_forum(house: House) -> None:
    """Whose links open, though its days are over."""
    with transaction() as db:
        update_edition(db, house.edition_id, {"status": "open"}, version=1, **BY)


def line(house: House, proof_id: int, place: int = 0) -> queries.EntryLine:
    with transaction() as db:
        return queries.get_proof(db, house.edition_id, proof_id).entries[place]


def answer(house: House, proof_id: int, wanted: dict[str, str], place: int = 0, remark: str = "") -> int:
    """A correction by the office."""
    one = line(house, proof_id, place)
    seen = one.shown.fingerprint
    with transaction() as db:
        said: dict[str, Any] = {"seen": seen, "by": "Mr. Xu", "remark": remark, **VISITOR}
        return answering.correct(db, proof_id, 1, one.id, wanted, **said).id


def decide(owner: Browser, proof_id: int, correction_id: int, what: str, values: dict[str, Any]) -> TestResponse:
    page = f"{PROOFS}/{proof_id}/corrections/{correction_id}"
    return owner.send(page, {"version": "1", **values}, to=f"{page}/{what}")


def test_an_office_is_made_of_an_organization_by_its_name_without_a_script(house: House, owner: Browser) -> None:
    made = owner.send(f"{PROOFS}/new", {"organization_id.text": "Port of Oakland", "language": "en"})

    page = owner.get(made.location).text
    assert ("<h1>Port of Oakland</h1>" in page, "Liu Chun" in page) == (True, True)
    again = owner.send(f"{PROOFS}/new", {"organization_id.text": "port of oakland", "language": "en"})
    assert (again.status_code, f'href="{made.location}"' in again.text) == (422, True)


@pytest.mark.usefixtures("open_forum")
def test_it_works(house: House, owner: Browser) -> None:
    proof_id = make(house, "Chen")
    assert "Office" in owner.get(PROOFS).text
    page = owner.get(f"{PROOFS}/{proof_id}").text
    for words in ("Chen", "Manager", "经理", "奥克兰港", "Not approved yet", "/proof/", "office@js.example"):
        assert words in page


def test_a_delegation_gets_its_proof_by_one_button(house: House, owner: Browser) -> None:
    group(house, "js", "Jiangsu", "Lin")
    page = owner.get(PROOFS).text
    assert "Delegations without a name check" in page
    made = owner.send(PROOFS, {"delegation_id": str(house.delegation_id), "language": "en"}, to=f"{PROOFS}/new")
    assert made.status_code == 302
    page = owner.get(made.location).text
    assert "Lin" in page
    assert "Delegations without a name check" not in owner.get(PROOFS).text

    registration_id = add_registration(house, "Zhou")
    with transaction() as db:
        add_member(db, get_delegation(db, house.edition_id, "js"), registration_id, **BY)
    page = owner.get(made.location)
    assert "1 member of the delegation does not stand here yet." in page.text
    assert owner.send(made.location, to=f"{made.location}/members").status_code == 302
    assert "Zhou" in owner.get(made.location).text


def test_people_are_picked_for_an_office(house: House, owner: Browser) -> None:
    add_registration(house, "Chen")
    made = owner.send(f"{PROOFS}/new", {"name.en": "Office", "name.zh-Hans": "办公室", "language": "zh-Hans"})
    assert made.location.endswith("/people")
    found = owner.get(f"{made.location}?search=chun+liu").text
    assert "Liu" in found
    assert "Chen" not in found
    added = owner.send(made.location, {"people": [str(house.person_id)]})
    assert "1 person has been added." in owner.get(added.location).text
    assert "Chen" in owner.get(made.location).text
    assert f'value="{house.person_id}"' not in owner.get(made.location).text
    assert owner.send(made.location, {"people": ["999999"]}).location == made.location


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"language": "en"}, "This is needed."),
        ({"language": "fr", "name.en": "Office"}, "Choose one of the list."),
        ({"language": "en", "name.en": "Office", "email": "nobody"}, "Write an e-mail address."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    house: House, owner: Browser, values: dict[str, str], words: str
) -> None:
    refused = owner.send(f"{PROOFS}/new", {"name.zh-Hans": "", **values})
    assert refused.status_code == 422
    assert words in refused.text
    assert rows(select(NameProof)) == []


def test_a_proof_is_changed_and_a_stale_change_shows_both(house: House, owner: Browser) -> None:
    proof_id = make(house, "Chen")
    page = f"{PROOFS}/{proof_id}/edit"
    values = {
        "version": "1",
        "name.en": "Consulate",
        "name.zh-Hans": "总领馆",
        "email": "x@y.example",
        "language": "en",
    }
    assert owner.send(page, values).status_code == 302
    assert row(NameProof, proof_id).name == {"en": "Consulate", "zh-Hans": "总领馆"}
    stale = owner.send(page, {**values, "name.en": "Office"})
    assert stale.status_code == 412
    assert "Current value" in stale.text


@pytest.mark.usefixtures("open_forum")
def test_it_is_sent_by_mail_and_again_only_when_meant(house: House, owner: Browser) -> None:
    proof_id = make(house, "Chen")
    page = f"{PROOFS}/{proof_id}"
    assert owner.send(page, {"version": "1"}, to=f"{page}/send").status_code == 302
    assert "The mail is on its way." in owner.get(page).text
    again = owner.send(page, {"version": "1"}, to=f"{page}/send")  # the same button twice
    assert again.status_code == 412
    assert "Someone else changed this in the meantime" in again.text
    assert [one.recipient for one in rows(select(Message))] == ["office@js.example"]
    assert "Sent, no answer yet" in owner.get(PROOFS).text


@pytest.mark.usefixtures("open_forum")
def test_without_an_address_the_link_is_handed_over(house: House, owner: Browser) -> None:
    proof_id = make(house, "Chen", email=None)
    page = f"{PROOFS}/{proof_id}"
    assert "Add a mail address" in owner.get(page).text
    owner.send(page, {"version": "1"}, to=f"{page}/send")
    assert "It has no mail address yet." in owner.get(page).text
    owner.send(page, {"version": "1"}, to=f"{page}/sent")
    assert "Sent, no answer yet" in owner.get(PROOFS).text
    assert rows(select(Message)) == []


def test_long_after_the_forum_no_link_is_sent(house: House, owner: Browser) -> None:
    page = f"{PROOFS}/{make(house, 'Chen')}"
    assert "links to its name checks no longer open" in owner.get(page).text
    owner.send(page, {"version": "1"}, to=f"{page}/send")
    assert "The forum was too long ago" in owner.get(page).text
    assert rows(select(Message)) == []


@pytest.mark.usefixtures("open_forum")
def test_ended_links_give_way_to_a_new_one(house: House, owner: Browser) -> None:
    proof_id = make(house, "Chen")
    page = f"{PROOFS}/{proof_id}"

    def link() -> str:
        found = re.search(r'value="http://[^"/]+(/proof/[^"]+)"', owner.get(page).text)
        assert found
        return found[1]

    first, visitor = link(), house.browser()
    assert visitor.get(first).status_code == 200
    owner.send(page, {"version": "1"}, to=f"{page}/end-links")
    assert visitor.get(first).status_code == 410
    assert visitor.get(link()).status_code == 200


def test_order_is_set_by_hand_and_a_stale_one_shows_both(house: House, owner: Browser) -> None:
    proof_id = make(house, "Chen", "Baker", "Adams")
    page = f"{PROOFS}/{proof_id}"
    ids = [one.id for one in rows(select(ProofEntry).order_by(ProofEntry.position))]
    version = re.search(r'name="version" value="(\d+)">\s*<p class="field-help" data-order-help', owner.get(page).text)
    assert version
    order = {"ids": [str(one) for one in reversed(ids)], "version": version[1]}
    assert owner.send(page, order, to=f"{page}/order").status_code == 302
    text = owner.get(page).text
    assert text.index("Adams") < text.index("Baker") < text.index("Chen")
    stale = owner.send(page, order, to=f"{page}/order")
    assert stale.status_code == 412
    assert "Someone else changed the order in the meantime" in stale.text


def test_who_is_removed_comes_back(house: House, owner: Browser) -> None:
    proof_id = make(house, "Chen", "Baker")
    page = f"{PROOFS}/{proof_id}"
    entry = line(house, proof_id)
    owner.send(page, {"version": "1"}, to=f"{page}/people/{entry.id}/remove")
    text = owner.get(page).text
    assert "The person is no longer in the name check." in text
    undo = re.search(r'action="([^"]+/removed/\d+/restore)"', text)
    assert undo
    assert owner.send(page, to=undo[1]).location == page
    assert line(house, proof_id).name.latin == "Chen"

    assert owner.send(page, {"version": "1"}, to=f"{page}/remove").location == PROOFS
    text = owner.get(PROOFS).text
    undo = re.search(r'action="([^"]+/removed/\d+/restore)"', text)
    assert undo
    assert owner.send(PROOFS, to=undo[1]).location == page


def test_a_correction_is_taken_over_part_by_part(house: House, owner: Browser) -> None:
    proof_id = make(house, "Chen")
    correction_id = answer(house, proof_id, {"native_full": "陈甲", "title.en": "Chief"}, remark="As in the decree.")
    assert "Corrections to decide on" in owner.get(PROOFS).text
    page = owner.get(f"{PROOFS}/{proof_id}/corrections/{correction_id}").text
    for words in ("陈甲", "Manager", "Chief", "As in the decree.", "Mr. Xu", "as shown"):
        assert words in page

    refused = decide(owner, proof_id, correction_id, "accept", {})
    assert refused.status_code == 422
    values = {"parts": ["native_full"], "seen.native_full": ""}
    assert decide(owner, proof_id, correction_id, "accept", values).status_code == 302

    one = line(house, proof_id)
    assert (one.printed.native_name, one.printed.title["en"]) == ("陈甲", "Manager")
    found = row(ProofCorrection, correction_id)
    assert (found.accepted, found.decided_by) == (["native_full"], "Olga Owner")
    page = owner.get(f"{PROOFS}/{proof_id}/corrections/{correction_id}").text
    assert "Olga Owner" in page
    assert "Take over what is chosen" not in page


def test_of_two_corrections_the_second_is_shown_with_what_stands(house: House, owner: Browser) -> None:
    proof_id = make(house, "Chen")
    first, second = (answer(house, proof_id, {"title.en": words}) for words in ("Chief", "Head"))
    seen = {"parts": ["title.en"], "seen.title.en": "Manager"}
    assert decide(owner, proof_id, first, "accept", seen).status_code == 302

    stale = decide(owner, proof_id, second, "accept", seen)
    assert stale.status_code == 412
    for words in (
        "Someone else changed this in the meantime",
        "Manager",
        "Head",
        "Chief",
        "changed since",
        "What you saw: Manager",
    ):
        assert words in stale.text
    assert line(house, proof_id).printed.title["en"] == "Chief"
    over = {"parts": ["title.en"], "seen.title.en": "Chief"}
    assert decide(owner, proof_id, second, "accept", over).status_code == 302
    assert line(house, proof_id).printed.title["en"] == "Head"
    for what, version in (("decline", "2"), ("decline", "1"), ("accept", "1")):  # also for whoever looked before
        decide(owner, proof_id, second, what, {"version": version, "reason": "x"})
        assert "Someone else has decided on this correction already." in owner.get(PROOFS).text


def test_an_organization_is_corrected_where_the_organizer_says(house: House, owner: Browser) -> None:
    proof_id = make(house, "Chen", "Baker")
    one, everyone = (answer(house, proof_id, {"organization.en": words}, place) for place, words in enumerate("AB"))
    seen = {"parts": ["organization.en"], "seen.organization.en": "Port of Oakland"}
    page = owner.get(f"{PROOFS}/{proof_id}/corrections/{one}").text
    assert "Where the organization is corrected" in page
    decide(owner, proof_id, one, "accept", {**seen, "organization": "one"})
    assert line(house, proof_id).printed.organization["en"] == "A"
    assert row(Organization, house.organization_id).legal["en"] == "Port of Oakland"
    decide(owner, proof_id, everyone, "accept", {**seen, "organization": "everyone"})
    assert row(Organization, house.organization_id).legal["en"] == "B"


def test_a_correction_is_declined_with_a_reason(house: House, owner: Browser) -> None:
    proof_id = make(house, "Chen")
    correction_id = answer(house, proof_id, {"title.en": "Chief"})
    refused = decide(owner, proof_id, correction_id, "decline", {"reason": " "})
    assert refused.status_code == 422
    assert "This is needed." in refused.text
    assert decide(owner, proof_id, correction_id, "decline", {"reason": "No"}).status_code == 302
    assert (row(ProofCorrection, correction_id).reason, line(house, proof_id).printed.title["en"]) == ("No", "Manager")


@pytest.mark.parametrize("stale", [{"version": "7"}, {"seen.title.en": "Deputy"}], ids=["decided", "changed"])
def test_a_stale_decision_carries_nobodys_contacts_along(house: House, owner: Browser, stale: dict[str, str]) -> None:
    proof_id = make(house, "Chen")
    person_id, correction_id = line(house, proof_id).person_id, answer(house, proof_id, {"title.en": "Chief"})
    contacts = {"email": "chen@secret.example", "phone": "+1 555 0100", "wechat": "wx-chen"}
    with transaction() as db:
        people.update_person(db, person_id, contacts, version=row(Person, person_id).version, **BY)
    sent = {"parts": "title.en", "seen.title.en": "Manager", **stale}
    again = decide(owner, proof_id, correction_id, "accept", sent)
    hidden = re.findall(r'<input type="hidden"[^>]*>', again.text)
    assert (again.status_code, any('name="seen"' in one for one in hidden)) == (412, True)
    assert [text for text in (*contacts.values(), "5550100") if text in again.text] == []


def test_a_correction_of_another_proof_is_not_there(house: House, owner: Browser) -> None:
    mine, other = make(house, "Chen"), make(house, "Baker")
    correction_id = answer(house, other, {"title.en": "Chief"})
    assert owner.get(f"{PROOFS}/{mine}/corrections/{correction_id}").status_code == 404


def test_what_nobody_has_approved_stands_in_one_list(house: House, owner: Browser) -> None:
    proof_id = make(house, "Chen")
    vip = add_registration(house, "Vip")
    with transaction() as db:
        mark_vip(db, house.edition_id, vip, responsible_id=house.owner_id, version=1, **BY)

    def listed(query: str = "") -> list[str]:
        return re.findall("Chen|Vip|Liu Chun|Not in a name check|Not approved yet|Changed since the approval",
            "".join(re.findall("<tbody>.*?</tbody>", owner.get(f"{PROOFS}/not-approved{query}").text, re.DOTALL)))  # fmt: skip

    chen, vip_alone = ["Chen", "Not approved yet"], ["Vip", "Not in a name check"]
    vips = ["Liu Chun", "Not in a name check", *vip_alone]
    assert [listed(), listed("?search=vip")] == [[*chen, *vips], vip_alone]
    assert [listed(f"?state={one}") for one in ("waiting", "none", "changed", "x")] == [chen, vips, [], [*chen, *vips]]
    one = line(house, proof_id)
    with transaction() as db:
        answering.approve(db, proof_id, 1, {one.id: one.shown.fingerprint}, by="Ms. Wu", **VISITOR)
    assert listed() == vips
    with transaction() as db:
        title = db.scalars(select(EditionTitle).where(EditionTitle.person_id == one.person_id)).one()
        people.update_edition_title(db, title, {"title": {"en": "Chief"}}, version=1, **BY)
    assert listed("?state=changed") == ["Chen", "Changed since the approval"]
    page = owner.get(f"{PROOFS}/{proof_id}").text
    assert "Approved otherwise:" in page
    assert "Manager" in page  # what was approved


@pytest.mark.both_databases
def test_states_and_words_filter_the_list(house: House, owner: Browser) -> None:
    make(house, "Chen")
    assert "Office" in owner.get(f"{PROOFS}?search=chen").text
    assert "Nothing found" in owner.get(f"{PROOFS}?search=nobody").text
    assert "Nothing found" in owner.get(f"{PROOFS}?state=approved").text
    assert "Office" in owner.get(f"{PROOFS}?state=not-sent").text
    assert owner.get(f"{PROOFS}?state=strange").status_code == 200
    assert "past the end" in owner.get(f"{PROOFS}?page=9").text


def test_a_liaison_makes_proofs_of_their_own_delegation_alone(house: House) -> None:
    mine = group(house, "js", "Jiangsu", "Lin")
    group(house, "hb", "Hubei", "Hu")
    office = make(house, "Chen")
    liaison = mine.liaison
    assert liaison.get(f"{PROOFS}/{office}").status_code == 404
    page = liaison.get(PROOFS).text
    assert "Office" not in page
    assert "Hubei" not in page
    refused = liaison.send(f"{PROOFS}/new", {"name.en": "Office", "language": "en"})
    assert refused.status_code == 422
    made = liaison.send(f"{PROOFS}/new", {"delegation_id": str(mine.delegation_id), "language": "en"})
    assert made.status_code == 302
    assert "Lin" in liaison.get(made.location).text
    proof_id = rows(select(NameProof.id).order_by(NameProof.id.desc()))[0]
    correction_id = answer(house, proof_id, {"organization.en": "A", "native_full": "林"})
    seen = {"parts": ["organization.en"], "seen.organization.en": "Port of Oakland", "organization": "everyone"}
    refused = decide(liaison, proof_id, correction_id, "accept", seen)
    assert refused.status_code == 403
    assert "Only those who see the whole registry" in refused.text
    taken = {"parts": ["native_full"], "seen.native_full": ""}
    assert decide(liaison, proof_id, correction_id, "accept", taken).status_code == 302
    assert row(Person, mine.person_id).native_full == "林"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PROGRAM_MANAGER, Role.REGISTRATION_DESK])
def test_the_section_is_closed_to_those_who_do_not_proof_names(house: House, role: Role) -> None:
    browser = browser_as(house, role)
    assert browser.get(PROOFS).status_code == 403
    assert "name-proofs" not in browser.get(f"{HOME}/").text


def test_pages_ask_as_often_for_one_as_for_many(house: House, owner: Browser) -> None:
    proof_id = make(house, "Chen")
    pages = [PROOFS, f"{PROOFS}/{proof_id}", f"{PROOFS}/not-approved"]

    def asked() -> list[int]:
        found = []
        for page in pages:
            with counted() as sent:
                assert owner.get(page).status_code == 200
            found.append(len(sent))
        return found

    few = asked()
    with transaction() as db:
        services.add_people(db, house.edition_id, proof_id, [house.person_id], **BY)
        services.create_proof(db, house.edition_id, {"name": {"en": "Other"}}, [house.person_id], **BY)
    assert asked() == few


def test_chinese_readers_read_chinese(house: House, owner: Browser) -> None:
    proof_id = make(house, "Chen")
    correction_id = answer(house, proof_id, {"title.en": "Chief"})
    for page in ("", "/not-approved", "/new", f"/{proof_id}", f"/{proof_id}/corrections/{correction_id}"):
        assert "姓名校对" in owner.get(f"{PROOFS}{page}?lang=zh-Hans").text

"""At the desk: people who are not expected, in another one's place, refused by the rules, or with others."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
import zxingcpp
from lxml import html
from sqlalchemy import select, update

from forumapp.core.database.transactions import transaction
from forumapp.domain.checkin.models import Admission, Checkpoint, ForcedPass, Rehearsal, Scan
from forumapp.domain.checkin.setup.checkpoints import set_up_suggested
from forumapp.domain.delegations.members.services import add_member, create_delegation
from forumapp.domain.delegations.models.delegations import Delegation
from forumapp.domain.forums.models import Edition
from forumapp.domain.people.models import Person
from forumapp.domain.printing.models import PrintJob, PrintLine
from forumapp.domain.printing.pdf.imposition import pages_in
from forumapp.domain.registration.capacity.statements import add_code
from forumapp.domain.registration.models import Registration, RegistrationType, TicketCode
from forumapp.domain.registration.rules import RegistrationStatus
from tests.web.organizer.house import BY, NOW, add_registration, rows

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.web.organizer.house import Browser, House

DESK = "/organizer/forum/desk"
WALK_IN = f"{DESK}/walk-in"


@pytest.fixture
def liu(house: House) -> int:
    with transaction() as db:
        set_up_suggested(db, house.edition_id, **BY)
        db.get_one(RegistrationType, house.type_id).quota = None
    return coming(house, "Liu")


def coming(house: House, name: str) -> int:
    one = add_registration(house, name)
    with transaction() as db:
        if db.scalar(select(TicketCode.id).where(TicketCode.registration_id == one)) is None:
            add_code(db, house.edition_id, one)
    return one


def walk_in(browser: Browser, house: House, **said: str) -> TestResponse:
    key = re.findall(r'name="form_key" value="([^"]+)"', browser.get(WALK_IN).text)[0]
    return browser.send(WALK_IN, {"form_key": key, "type_id": str(house.type_id), **said})


def registered() -> list[tuple[str, str, str]]:
    query = select(Person.latin_family, Registration.status, Registration.source)
    query = query.join(Registration, Registration.person_id == Person.id).order_by(Registration.id)
    with transaction() as db:
        return [(family, status.value, source.value) for family, status, source in db.execute(query)]


def test_whoever_walks_in_is_asked_little_let_in_at_once_and_never_twice(
    owner: Browser, house: House, liu: int
) -> None:
    stood = registered()
    assert 'value="Kuo"' in owner.get(f"{WALK_IN}?search=Kuo").text
    key = re.findall(r'name="form_key" value="([^"]+)"', owner.get(WALK_IN).text)[0]
    said = {"form_key": key, "type_id": str(house.type_id), "latin_family": "Kuo", "organization": "Bay Area News"}

    in_now = owner.send(WALK_IN, said)
    again = owner.send(WALK_IN, said | {"is_sure": "1"})

    assert "Checked in" in owner.get(in_now.location).text
    assert (again.status_code, again.location.endswith("desk?search=Kuo")) == (303, True)
    assert registered() == [*stood, ("Kuo", "confirmed", "walk-in")]
    (person,) = rows(
        select(Person).join(Registration, Registration.person_id == Person.id).where(Registration.id == liu)
    )
    like = {"latin_family": person.latin_given or person.latin_family, "latin_given": person.latin_family}
    asked = walk_in(owner, house, **like)
    assert (asked.status_code, "Is it one of these?" in asked.text) == (422, True)
    assert f'href="{DESK}/{liu}"' in asked.text
    assert walk_in(owner, house, **like, is_sure="1").status_code == 303
    assert len(registered()) == len(stood) + 2


@pytest.mark.usefixtures("liu")
def test_somebody_of_the_registry_is_registered_and_not_added_again(owner: Browser, house: House) -> None:
    with transaction() as db:
        person = Person(latin_family="Guo", latin_given="Shaochun")
        db.add(person)
        db.flush()
        known = person.id
        kind = db.get_one(RegistrationType, house.type_id)
        kind.quota = kind.taken
    said = {"latin_family": "Guo", "person_id": str(known)}
    full = walk_in(owner, house, **said)
    assert (full.status_code, "Authorized by" in full.text, f'value="{known}"' in full.text) == (422, True, True)
    over = {"over_capacity": "1", "authorized_by": str(house.owner_id), "reason": "The Consul General"}
    assert walk_in(owner, house, **said, **over).status_code == 303
    row = rows(select(Registration).order_by(Registration.id.desc()))[0]
    assert (row.person_id, row.over_capacity_by) == (known, house.owner_id)


@pytest.mark.parametrize("typed", ["{}", "Guo{}", "{} "])
def test_a_form_into_which_the_next_one_was_scanned_does_nothing_and_leads_to_them(
    owner: Browser, house: House, liu: int, typed: str
) -> None:
    """A slow hand scanner, or a page without a script: else somebody's place would be given to a code."""
    lin = coming(house, "Lin")
    with transaction() as db:
        code = db.scalar(select(TicketCode.short).where(TicketCode.registration_id == lin))
        qr = db.scalar(select(TicketCode.code).where(TicketCode.registration_id == lin))
    stood = registered()
    page = f"{DESK}/{liu}/substitute"
    version = re.findall(r'name="version" value="(\d+)"', owner.get(page).text)[0]
    for name in (typed.format(code), typed.format(qr)):
        for at, said in (
            (page, {"version": version, "latin_family": name}),
            (WALK_IN, {"type_id": str(house.type_id), "latin_family": name}),
            (f"{DESK}/{liu}/badge", {"latin_name": name}),
            (f"{DESK}/{liu}/let-pass", {"authorized_name": "Guo", "reason": name}),
        ):
            there = owner.get(owner.send(page, said, to=at).location)
            assert (there.status_code, f"/desk/{lin}?" in there.location) == (303, True)
            assert "That form changed nothing" in owner.get(there.location).text
    assert registered() == stood
    assert rows(select(PrintJob)) == rows(select(Scan)) == []


@pytest.mark.parametrize(("ticked", "members"), [({"takes_delegation": "1"}, 1), ({}, 0)])
def test_a_substitute_at_the_desk_takes_over_the_delegation_if_it_is_ticked(
    owner: Browser, house: House, liu: int, ticked: dict[str, str], members: int
) -> None:
    with transaction() as db:
        delegation = create_delegation(db, house.edition_id, {"code": "sz", "name": {"en": "Jiangsu"}}, **BY)
        add_member(db, delegation, liu, **BY)
    page = f"{DESK}/{liu}/substitute"
    shown = owner.get(page).text
    assert "Takes over the delegation: Jiangsu" in shown
    version = re.findall(r'name="version" value="(\d+)"', shown)[0]
    owner.send(page, {"version": version, "latin_family": "Chen", **ticked}, to=page)
    assert rows(select(Delegation.members).where(Delegation.code == "sz")) == [members]


def test_a_place_is_given_to_another_person_by_a_name_alone(owner: Browser, house: House, liu: int) -> None:
    page = f"{DESK}/{liu}/substitute"
    version = re.findall(r'name="version" value="(\d+)"', owner.get(page).text)[0]
    said = {"version": version, "latin_family": "Chen"}
    given = owner.send(page, said, to=page)
    assert "The old code no longer works" in owner.get(given.location).text
    assert owner.send(DESK, said, to=page).location == given.location  # sent twice
    old = owner.send(f"{DESK}/station", {"nonce": "old"}, to=f"{DESK}/{liu}/check-in")
    assert "transferred to another person" in owner.get(old.location).text
    codes: Any = rows(select(TicketCode).where(TicketCode.edition_id == house.edition_id).order_by(TicketCode.id))
    assert [one.revoked_at is None for one in codes] == [False, True]
    shown = owner.get(owner.get(f"{DESK}?search={codes[0].short}&go=1").location).text
    assert ("an old code of theirs" in shown, "Transferred to:" in shown) == (True, True)
    assert "Nobody is found" not in shown  # and nobody is offered to walk in

    card = owner.get(given.location).text
    # in one piece, since a button sets its pieces apart by more than a space
    assert len(html.fromstring(card).xpath("//summary[contains(., 'Undo the transfer from')]/node()")) == 1
    theirs, version = re.findall(r'action="([^"]+/give-back)".*?name="version" value="(\d+)"', card, re.DOTALL)[0]
    sent = {"version": version}
    owner.send(f"{DESK}/station", {"nonce": "new"}, to=theirs.replace("give-back", "check-in"))
    come = owner.send(f"{DESK}/station", sent, to=theirs)
    assert "They have come already" in owner.get(come.location).text
    owner.send(f"{DESK}/station", {"nonce": "not"}, to=theirs.replace("give-back", "undo"))
    back = owner.send(f"{DESK}/station", sent, to=theirs)
    assert back.location.endswith(f"{DESK}/{liu}")
    card = owner.get(back.location).text
    assert ("The transfer is undone" in card, "/give-back" in card) == (True, False)
    codes = rows(select(TicketCode).where(TicketCode.edition_id == house.edition_id).order_by(TicketCode.id))
    assert [one.revoked_at is None for one in codes] == [True, False]


@pytest.fixture
def rehearsal(house: House) -> None:
    with transaction() as db:
        edition = db.get_one(Edition, house.edition_id)
        edition.starts_on = edition.ends_on = date(2999, 5, 22)  # while it is to come
        db.add(Rehearsal(edition_id=house.edition_id, started_at=NOW, started_by=house.owner_id))


@pytest.mark.usefixtures("rehearsal")
def test_who_comes_unexpected_is_rehearsed_as_on_the_day_and_nothing_of_it_is_kept(
    owner: Browser, house: House, liu: int
) -> None:
    stood, codes = registered(), [one.revoked_at for one in rows(select(TicketCode).order_by(TicketCode.id))]
    with transaction() as db:
        kind = db.get_one(RegistrationType, house.type_id)
        kind.quota = kind.taken
    full = walk_in(owner, house, latin_family="Kuo")  # as on the day
    assert (full.status_code, "Authorized by" in full.text) == (422, True)
    with transaction() as db:
        db.get_one(RegistrationType, house.type_id).quota = None
    let_in = walk_in(owner, house, latin_family="Kuo")
    assert "In the real thing, they would now be registered" in owner.get(let_in.location).text
    with transaction() as db:
        db.execute(update(Checkpoint).values(vips_only=True))
    turned_away = owner.get(walk_in(owner, house, latin_family="Kuo").location).text
    assert "would now be registered, but not let in: Not at this door. Nothing was kept." in turned_away
    assert ("Choose another checkpoint" in turned_away, "registered and let in" in turned_away) == (True, False)
    page = f"{DESK}/{liu}/substitute"
    version = re.findall(r'name="version" value="(\d+)"', owner.get(page).text)[0]
    given = owner.send(page, {"version": version, "latin_family": "Chen"}, to=page)
    assert "the registration would now be transferred" in owner.get(given.location).text
    assert registered() == stood
    assert [one.revoked_at for one in rows(select(TicketCode).order_by(TicketCode.id))] == codes
    assert rows(select(Scan)) == []


@pytest.mark.usefixtures("rehearsal")
def test_a_badge_of_a_rehearsal_is_marked_across_and_stands_in_no_log(owner: Browser, house: House, liu: int) -> None:
    card = f"{DESK}/{liu}"
    assert "Print the badge" in owner.get(card).text
    printed = owner.send(card, {}, to=f"{card}/badge")
    page = owner.get(printed.location).text
    assert ("marked as a rehearsal" in page, "Edit and print" in page) == (True, True)
    (address,) = re.findall(r'<iframe src="([^"#]+)', page)
    made = owner.get(address)
    assert (made.status_code, made.mimetype) == (200, "application/pdf")
    venue = {"REMOTE_ADDR": "203.0.113.7"}  # of all desks together
    assert {owner.get(address, environ_base=venue).status_code for _ in range(21)} == {200}
    with pypdfium2.PdfDocument(made.data) as pdf:
        for side in pdf:
            said = side.get_textpage().get_text_bounded()
            assert ("REHEARSAL" in said, "彩排" in said) == (True, True)
        code = rows(select(TicketCode).where(TicketCode.registration_id == liu))[0].code
        seen = pdf[0].render(scale=4).to_pil()
        assert [one.text for one in zxingcpp.read_barcodes(seen)] == [code]  # it can be scanned beneath
    assert rows(select(PrintJob)) == rows(select(PrintLine)) == []
    assert "this would stop the print" not in page
    with transaction() as db:
        db.get_one(Person, db.get_one(Registration, liu).person_id).native_full = "\U0003a000"
    stopped = owner.get(owner.send(card, {}, to=f"{card}/badge").location).text.split("this would stop the print")[1]
    assert "the fonts have no “\U0003a000”" in stopped.split("</ul>")[0]
    with transaction() as db:
        db.scalars(select(Rehearsal)).one().ended_at = NOW
    assert owner.get(address).status_code == 409


@pytest.mark.usefixtures("rehearsal")
def test_a_badge_is_rehearsed_in_other_words_and_for_whoever_was_let_in_without_a_place(
    owner: Browser, house: House, liu: int
) -> None:
    card = f"{DESK}/{liu}"
    worded = owner.send(card, {"latin_name": "LIU the Third", "title.en": "Envoy"}, to=f"{card}/badge")
    assert "LIU the Third" in badges_of(owner, worded)[0]
    unfit = owner.send(card, {"latin_name": "", "native_name": ""}, to=f"{card}/badge")
    assert (unfit.status_code, "error-summary" in unfit.text) == (422, True)
    wu = coming(house, "Wu")
    with transaction() as db:
        db.get_one(Registration, wu).status = RegistrationStatus.APPLIED
    assert "Print the badge" not in owner.get(f"{DESK}/{wu}").text
    said = {"nonce": "b", "authorized_name": "Consul Guo", "reason": "He asked"}
    let_in = owner.send(f"{DESK}/station", said, to=f"{DESK}/{wu}/let-pass")
    assert "Print the badge" in owner.get(let_in.location).text
    (said_on_it,) = set(badges_of(owner, owner.send(f"{DESK}/{wu}", {}, to=f"{DESK}/{wu}/badge")))
    assert ("Wu" in said_on_it, "REHEARSAL" in said_on_it) == (True, True)
    with transaction() as db:
        db.get_one(Registration, wu).principal_id = liu
    assert 'name="prints"' in owner.get(card).text.partition("/together")[2]
    party = {"nonce": "p", "people": [str(liu), str(wu)], "prints": "1"}
    sides = badges_of(owner, owner.send(f"{DESK}/station", party, to=f"{DESK}/{liu}/together"))
    assert [name for side in sides for name in ("Liu", "Wu") if name in side] == ["Liu", "Wu"]
    assert rows(select(PrintJob)) == rows(select(PrintLine)) == []


def badges_of(owner: Browser, sent: TestResponse) -> list[str]:
    """What stands on each page of what the card holds in its frame."""
    (address,) = re.findall(r'<iframe src="([^"#]+)', owner.get(sent.location).text)
    with pypdfium2.PdfDocument(owner.get(address).data) as pdf:
        return [side.get_textpage().get_text_bounded() for side in pdf]


def test_whom_the_rules_refuse_somebody_lets_in_from_the_desk(owner: Browser, liu: int) -> None:
    room = next(one for one in rows(select(Checkpoint)) if one.kind == "vip")
    at = {"checkpoint": str(room.id)}
    refused = owner.send(f"{DESK}/station", {"nonce": "a", **at}, to=f"{DESK}/{liu}/check-in")
    assert "Let them in all the same" in owner.get(refused.location).text
    force = f"{DESK}/{liu}/let-pass"
    unsaid = owner.send(f"{DESK}/station", {"nonce": "b", "authorized_name": "Consul Guo", **at}, to=force)
    assert (unsaid.status_code, 'value="Consul Guo"' in unsaid.text) == (422, True)
    said = {"nonce": "b", "authorized_name": "Consul Guo", "reason": "He asked", **at}
    assert "Checked in" in owner.get(owner.send(f"{DESK}/station", said, to=force).location).text
    assert [one.reason for one in rows(select(ForcedPass))] == ["He asked"]
    for page in (f"{DESK}/{liu}", "/organizer/forum/live", "/organizer/forum/checkpoints"):
        assert "by the word of Consul Guo" in owner.get(page).text, page


def test_whom_somebody_lets_in_without_a_place_gets_a_badge_at_the_desk(owner: Browser, house: House, liu: int) -> None:
    with transaction() as db:
        row = db.get_one(Registration, liu)
        row.status = RegistrationStatus.APPLIED
    other = add_registration(house, "Wang")
    door = next(one for one in rows(select(Checkpoint)) if one.kind == "door")
    card = f"{DESK}/{liu}"

    def printed(key: str) -> TestResponse:
        return owner.send(card, {"form_key": key}, to=f"{card}/badge")

    def key_on(page: str) -> str:
        return re.findall(r'name="form_key" value="([^"]+)"', page)[0]

    owner.send(f"{DESK}/station", {"checkpoint": str(door.id), "stock": "cr80", "device": "Desk 2"})
    assert "Print the badge" not in owner.get(card).text
    refused = printed(key_on(owner.get(f"{DESK}/{other}").text))
    assert (refused.status_code, rows(select(PrintLine))) == (303, [])
    said = {"nonce": "b", "authorized_name": "Consul Guo", "reason": "He asked", "checkpoint": str(door.id)}
    page = owner.get(owner.send(f"{DESK}/station", said, to=f"{card}/let-pass").location).text
    assert ("Print the badge" in page, 'btn-primary" aria-keyshortcuts="p"' in page) == (True, True)

    assert "Ready to be printed" in owner.get(printed(key_on(page)).location).text
    assert [one.registration_id for one in rows(select(PrintLine))] == [liu]
    again = printed(key_on(owner.get(card).text))
    assert (again.status_code, "Why again" in again.text, len(rows(select(PrintLine)))) == (422, True, 1)


def test_those_who_come_together_are_checked_in_together(owner: Browser, house: House, liu: int) -> None:
    guest, stranger = coming(house, "Wang"), coming(house, "Zhao")
    with transaction() as db:
        db.get_one(Registration, guest).principal_id = liu
    page = owner.get(f"{DESK}/{liu}").text
    assert ("Check in together" in page, f'name="people" value="{stranger}"' in page) == (True, False)
    assert 'name="rehearsal" value=""' in page.partition("/together")[2]

    def together(*ids: int, nonce: str = "n") -> TestResponse:
        said = {"nonce": nonce, "people": [str(one) for one in ids]}
        return owner.send(f"{DESK}/station", said, to=f"{DESK}/{guest}/together")

    assert "Tick at least one" in owner.get(together(stranger).location).text
    over = {"rehearsal": "999", "people": str(guest), "prints": "1"}  # of which this page spoke
    for what in ("together", "undo", "let-pass", "badge"):
        said = {**over, "nonce": what, "reason": "x", "authorized_by": str(house.owner_id)}
        sent = owner.send(f"{DESK}/station", said, to=f"{DESK}/{guest}/{what}")
        assert "The rehearsal has ended" in owner.get(sent.location).text
    assert rows(select(PrintJob)) == []
    assert "All of them are checked in: 2" in owner.get(together(liu, guest).location).text
    together(liu, guest)  # sent twice
    assert sorted(one.registration_id for one in rows(select(Admission))) == sorted((liu, guest))
    assert len(rows(select(Scan))) == 2

    printed = owner.send(f"{DESK}/station", {"nonce": "p", "people": [str(liu), str(guest)], "prints": "1"},
                         to=f"{DESK}/{liu}/together")  # fmt: skip
    pages = re.findall(r'<iframe src="([^"#]+)#', owner.get(printed.location).text)
    badges = owner.get(pages[0].replace("&amp;", "&"))
    assert (badges.status_code, pages_in(badges.data), len(rows(select(PrintJob)))) == (200, 2, 2)

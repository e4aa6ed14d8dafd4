"""Formal letters on their pages: who signs them, who gets one, and what becomes of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from lxml import html
from sqlalchemy import select, update

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.models import Account
from forumapp.domain.checkin.models import Admission, Checkpoint
from forumapp.domain.forums.models import Edition
from forumapp.domain.printing.letter_models import Letter, LetterKind
from forumapp.domain.printing.letters.forms import set_letter_form
from forumapp.domain.printing.letters.queries import Selection
from forumapp.domain.printing.letters.services import issue_letters, revoke_letter
from forumapp.domain.printing.models import PrintJob
from forumapp.domain.printing.paper.blocking_findings import FindingsBlock
from forumapp.domain.registration.models import Registration
from tests.web.organizer.house import BY, HOME, add_registration, mark_on, rows

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

LETTERS = f"{HOME}/letters"


def test_certificates_are_signed_looked_at_issued_and_revoked(house: House, owner: Browser) -> None:
    registration_id = add_registration(house, "Anna")
    add_registration(house, "Berta", "waitlisted")
    new = f"{LETTERS}/new?kind=certificate&languages="

    before = owner.get(new).text
    assert ("nobody signs these letters" in before, 'name="anyway"' in before) == (True, True)
    assert f'href="{LETTERS}/texts/certificate"' in before
    mark = before.split('name="mark" value="')[1].split('"')[0]
    sent = {"kind": "certificate", "mark": mark, "anyway": "Signed by hand", "despite": "0" * 16}
    unseen = owner.send(new, sent, to=f"{LETTERS}/new")
    assert (unseen.status_code, mark_on(unseen.text), rows(select(Letter))) == (412, mark_on(before), [])
    assert 'value="Signed by hand"' in unseen.text
    form = f"{LETTERS}/texts/certificate"
    wrong = owner.send(form, {"text.en": "To {nmae}\n{name}"})
    assert (wrong.status_code, "{nmae}" in wrong.text) == (422, True)
    assert owner.send(form, {"signatory_latin": "GUO Shaochun", "prefix": "X-", "version": "0"}).status_code == 302

    text = owner.get(new).text
    assert ("Issue 1 letter" in text, 'name="anyway"' in text) == (True, False)
    assert "so that it is not known who was there" in text
    assert owner.send(new, {"kind": "certificate", "mark": "another"}, to=f"{LETTERS}/new").status_code == 412
    assert rows(select(Letter)) == []
    looked = owner.get(f"{LETTERS}/preview?kind=certificate&languages=").text
    page = looked.split('<img src="')[1].split('"')[0]
    assert owner.get(page).content_type == "image/webp"
    mark = text.split('name="mark" value="')[1].split('"')[0]
    assert owner.send(new, {"kind": "certificate", "mark": mark}, to=f"{LETTERS}/new").status_code == 302
    (letter,) = rows(select(Letter))
    assert (letter.serial, letter.registration_id) == ("X-0001", registration_id)
    nobody = owner.get(new).text
    told = ("Nobody gets one", "1 person has one already", "1 person has no place")
    assert [one for one in told if one not in nobody] == []
    assert "X-0001" in owner.get(f"{LETTERS}?search=anna&kind=certificate&state=issued").text

    one = f"{LETTERS}/{letter.id}"
    assert owner.get(f"{one}/pdf").data.startswith(b"%PDF")
    check = owner.get(f"{HOME}/paper/check?paper=certificates&letters=x-0001")
    assert (check.status_code, 'name="letters" value="x-0001"' in check.text) == (200, True)
    assert owner.get(f"{HOME}/paper/check?paper=invitations&letters=x-0001").status_code == 302
    send = owner.send(
        f"{HOME}/paper/check?paper=certificates",
        {"paper": "certificates", "letters": "x-0001"},
        to=f"{HOME}/paper/jobs",
    )
    assert (send.status_code, rows(select(PrintJob.options))) == (302, [{"letters": [letter.id]}])
    assert owner.send(one, {"reason": "", "version": "1"}, to=f"{one}/revoke").status_code == 422
    assert owner.send(one, {"reason": "Late", "version": "9"}, to=f"{one}/reissue").status_code == 412
    assert owner.send(form, {"signatory_latin": "", "prefix": "X-", "version": "1"}).status_code == 302
    why = {"reason": "A wrong name", "version": "1"}
    blocked = owner.send(one, why, to=f"{one}/reissue")
    assert (blocked.status_code, 'name="anyway"' in blocked.text) == (422, True)
    assert owner.send(one, {**why, "anyway": " "}, to=f"{one}/reissue").status_code == 422
    unseen = owner.send(one, {**why, "anyway": "Signed by hand"}, to=f"{one}/reissue")
    assert (unseen.status_code, 'value="Signed by hand"' in unseen.text) == (422, True)
    seen = {"despite": mark_on(unseen.text)}
    assert owner.send(one, {**why, **seen, "anyway": "Signed by hand"}, to=f"{one}/reissue").status_code == 302
    assert [row.serial for row in rows(select(Letter).order_by(Letter.id))] == ["X-0001", "X-0002"]
    text = owner.get(one).text
    assert ("A wrong name" in text, f"{one}/revoke" in text) == (True, False)


def test_whoever_issues_certificates_is_told_where_nobody_of_those_chosen_was_checked_in(
    house: House, owner: Browser
) -> None:
    came, missed = (add_registration(house, name) for name in ("Anna", "Berta"))
    new = f"{LETTERS}/new?kind=certificate&languages="
    unknown, hint = "so that it is not known who was there", "been checked in"
    text = owner.get(new).text  # said once: nobody was scanned at all
    assert ("Issue 2 letters" in text, unknown in text, hint in text) == (True, True, False)
    assert unknown not in owner.get(f"{LETTERS}/new?kind=invitation&languages=").text
    with transaction() as db:
        door = Checkpoint(edition_id=house.edition_id, code="door", name={"en": "Door"}, kind="door", mode="once")
        db.add(door)
        db.flush()
        at = {"edition_id": house.edition_id, "checkpoint_id": door.id, "registration_id": came}
        db.add(Admission(**at, first_at=BY["now"], since=BY["now"]))
    text = owner.get(new).text
    assert ("Issue 1 letter" in text, unknown in text, hint in text) == (True, False, False)
    named = owner.get(f"{new}&to_registration={missed}").text
    assert ("Issue 1 letter" in named, "They have not been checked in" in named) == (True, True)
    said = owner.get(f"{new}&to_registration={missed}&lang=zh-Hans").text
    assert "所选人员没有签到：入口、环节、用餐和贵宾室" in said


PAPER, JOBS = f"{HOME}/paper", f"{HOME}/paper/jobs"
CHOSEN = {"paper": "certificates", "type": "guest", "letters": "x-0001"}


def a_certificate(house: House) -> int:
    """A letter that nobody signs, which stops its print; its id."""
    add_registration(house, "Anna")
    with transaction() as db:
        edition, to = db.get_one(Edition, house.edition_id), Selection(LetterKind.CERTIFICATE)
        set_letter_form(db, edition.id, to.kind, {"prefix": "X-"}, version=0, **BY)
        with pytest.raises(FindingsBlock) as stopped:
            issue_letters(db, edition, to, **BY)
        (row,) = issue_letters(db, edition, to, anyway="By hand", despite=stopped.value.details["mark"], **BY).letters
        return row.id


def revoke(house: House, letter_id: int) -> None:
    with transaction() as db:
        revoke_letter(db, house.edition_id, letter_id, "A wrong name", version=1, **BY)


def checked(owner: Browser, tongue: str) -> dict[str, str]:
    """What the button on the page of the check sends."""
    page = html.fromstring(owner.get(f"{PAPER}/check", query_string={**CHOSEN, "lang": tongue}).text)
    (form,) = page.xpath(f'//form[@action="{JOBS}"]')
    return {**form.fields, "device": "Desk 2", "anyway": "Signed by hand"}


def told_at_its_field(page: str) -> str:
    """What is wrong with the letter, on a page that has kept all that was chosen and said."""
    shown = html.fromstring(page)
    (form,) = shown.xpath(f'//form[@action="{PAPER}/check"]')
    assert {name: form.fields[name] for name in CHOSEN} == CHOSEN
    assert form.fields["device"] == "Desk 2"
    assert len(shown.xpath('//*[@id="error-summary"]//a[@href="#f-letters"]')) == 1
    (said,) = shown.xpath('//*[@id="e-letters"]//text()[normalize-space()]')
    return said.strip()


@pytest.mark.parametrize(
    ("tongue", "words"),
    [("en", "This letter is revoked, so it is not printed."), ("zh-Hans", "该函件已撤销，因此不予打印。")],
)
def test_a_letter_that_is_revoked_after_its_check_is_told_at_its_field_with_all_that_was_chosen(
    house: House, owner: Browser, tongue: str, words: str
) -> None:
    letter_id = a_certificate(house)
    sent = checked(owner, tongue)
    revoke(house, letter_id)

    refused = owner.post(JOBS, data=sent)

    assert (refused.status_code, told_at_its_field(refused.text), rows(select(PrintJob))) == (422, words, [])


def test_a_letter_that_is_revoked_while_its_print_is_looked_through_is_told_at_its_field(
    house: House, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = a_certificate(house)
    sent = checked(owner, "en")
    lookers = owner.application.extensions["forumapp.lookers"]
    monkeypatch.setattr(lookers, "run", lambda work, run=lookers.run: (run(work), revoke(house, letter_id))[0])

    refused = owner.post(JOBS, data=sent)

    assert (refused.status_code, rows(select(PrintJob))) == (422, [])
    assert told_at_its_field(refused.text) == "This letter is revoked, so it is not printed."


def test_a_vip_without_a_form_of_address_and_a_day_that_has_passed_are_told_in_words(
    house: House, owner: Browser
) -> None:
    anna = add_registration(house, "Anna")
    with transaction() as db:
        said = {"signatory_latin": "GUO Shaochun", "answer_by": date(2023, 2, 1)}
        set_letter_form(db, house.edition_id, LetterKind.INVITATION, said, version=0, **BY)
        officer = {"is_vip": True, "responsible_id": select(Account.id).limit(1).scalar_subquery()}
        db.execute(update(Registration).where(Registration.id == anna).values(officer))
    page = f"{LETTERS}/new?kind=invitation&languages=zh-Hans"
    english, chinese = (
        html.fromstring(owner.get(f"{page}&lang={one}").text).text_content() for one in ("en", "zh-Hans")
    )
    told = ("but their letter in Chinese addresses them by the name alone.", "for a reply by Wed 1 Feb 2023, which has")
    assert [one for one in told if one not in english] == []
    told = ("是贵宾，但中文函件只称其姓名，未用尊称。", "这些函件请收件人于2023年2月1日 周三前答复，该日期已过。")
    assert [one for one in told if one not in chinese] == []

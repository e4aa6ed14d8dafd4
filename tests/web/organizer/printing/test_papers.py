"""Prints: asked for, followed, cancelled and fetched."""

from __future__ import annotations

import time
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import quote

from itsdangerous import TimestampSigner
from lxml import html

from forumapp.core.database.transactions import transaction
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.models import JobStatus, PrintJob
from forumapp.domain.printing.queries import badge_values
from forumapp.domain.printing.rules import Options
from tests.web.organizer.house import BY, HOME, add_registration
from tests.web.organizer.printed import FINISHED, PAPER, ask, jobs

if TYPE_CHECKING:
    import pytest

    from tests.web.organizer.house import Browser, House


def test_the_form_of_a_print_prints_once_however_often_it_is_sent(house: House, owner: Browser) -> None:
    add_registration(house, "Anna")
    for number in (1, 2):
        page = html.fromstring(owner.get(f"{PAPER}/check?paper=badges").text)
        (key,) = page.xpath("//input[@name='form_key']/@value")
        for _ in range(3):
            assert ask(owner, form_key=key) == jobs()[-1].id
        assert len(jobs()) == number
        assert "This print was asked for already." in owner.get(PAPER).text

    refused = owner.send(f"{PAPER}/check?paper=badges", {"paper": "badges", "form_key": "x"}, to=f"{PAPER}/jobs")
    assert (refused.status_code, len(jobs()), "open for more than a day" in refused.text) == (422, 2, True)


def test_the_button_of_a_badge_prints_once_and_says_so_where_it_prints_nothing(house: House, owner: Browser) -> None:
    registration_id = add_registration(house, "Anna")
    page = f"{HOME}/registrations/{registration_id}"
    to = f"{page}/badge"
    (key,) = html.fromstring(owner.get(page).text).xpath(f'//form[@action="{to}"]/input[@name="form_key"]/@value')
    refused = owner.send(page, {"form_key": "x"}, to=to)
    assert (refused.status_code, jobs(), "open for more than a day" in refused.text) == (422, [], True)
    for _ in range(2):  # as by two clicks
        assert owner.send(page, {"form_key": key}, to=to).location == PAPER
    assert [job.options for job in jobs()] == [{"registration": registration_id}]


def test_a_print_waits_in_the_queue_with_what_was_chosen(house: House, owner: Browser) -> None:
    add_registration(house, "Anna")

    ask(owner, stock="a6", type="guest", delegation="")

    (job,) = jobs()
    assert (job.paper.value, job.options, job.status.value, job.asked_by) == (
        "badges",
        {"stock": "a6", "type": "guest"},
        "queued",
        house.owner_id,
    )
    for page in (PAPER, f"{HOME}/"):
        text = owner.get(page).text
        assert (f'data-poll="{PAPER}/progress"' in text, "Waiting to start" in text) == (True, True)


def test_a_choice_that_is_not_offered_starts_nothing(house: House, owner: Browser) -> None:
    add_registration(house, "Anna")

    answer = owner.send(f"{PAPER}/check?paper=badges", {"paper": "badges", "stock": "a9"}, to=f"{PAPER}/jobs")

    assert (answer.status_code, jobs()) == (422, [])


def test_progress_is_sent_only_when_it_changed_and_stops_when_done(
    house: House, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = count(int(time.time()))  # the token of a form says another second with each answer
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _self: next(seconds))
    add_registration(house, "Anna")
    job_id = ask(owner)
    first = owner.get(f"{PAPER}/progress")
    same = owner.get(f"{PAPER}/progress", headers={"If-None-Match": first.headers["ETag"]})
    with transaction() as session:
        job = session.get_one(PrintJob, job_id)
        job.status, job.done, job.total = JobStatus.RUNNING, 3, 10
    running = owner.get(f"{PAPER}/progress", headers={"If-None-Match": first.headers["ETag"]})
    with transaction() as session:
        job = session.get_one(PrintJob, job_id)
        job.status, job.done, job.pages, job.file, job.finished_at = JobStatus.DONE, 10, 10, "print/x.pdf", BY["now"]
    done = owner.get(f"{PAPER}/progress").text

    assert (first.status_code, same.status_code, same.data) == (200, 304, b"")
    assert ("3 of 10 done" in running.text, "data-poll" in running.text) == (True, True)
    assert ("10 pages" in done, "data-poll" in done) == (True, False)


def test_a_cancelled_print_is_over(house: House, owner: Browser) -> None:
    add_registration(house, "Anna")
    job_id = ask(owner)

    assert '<input type="hidden" name="version" value="1">' in owner.get(PAPER).text
    owner.send(PAPER, {"version": 1}, to=f"{PAPER}/jobs/{job_id}/cancel")
    state = jobs()[0].status.value
    stale = owner.send(PAPER, {"version": 1, "seen": '{"status": "queued"}'}, to=f"{PAPER}/jobs/{job_id}/cancel")
    owner.send(PAPER, {"version": 2}, to=f"{PAPER}/jobs/{job_id}/cancel")

    assert state == "cancelled"
    compared = html.fromstring(stale.text).xpath("//main//tbody//*[self::th or self::td]")
    assert stale.status_code == 412
    assert [cell.text_content() for cell in compared] == ["Status", "Queued", "Cancelled"]
    assert "The print has ended already." in owner.get(PAPER).text


def test_a_finished_print_is_fetched_under_a_name_in_the_readers_language(house: House, owner: Browser) -> None:
    add_registration(house, "Anna")
    job_id = ask(owner)
    missing = owner.get(f"{PAPER}/jobs/{job_id}/file").status_code
    house.app.extensions["forumapp.storage"].put("print/1/badges.pdf", b"%PDF-1.7 ...")
    with transaction() as session:
        job = session.get_one(PrintJob, job_id)
        job.status, job.file = JobStatus.DONE, "print/1/badges.pdf"

    answer = owner.get(f"{PAPER}/jobs/{job_id}/file?lang=en")

    assert missing == 404
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "application/pdf", b"%PDF-1.7 ...")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="forum Badges {job_id}.pdf"'
    name = owner.get(f"{PAPER}/jobs/{job_id}/file?lang=zh-Hans").headers["Content-Disposition"]
    assert name == f"attachment; filename=\"forum {job_id}.pdf\"; filename*=UTF-8''{quote(f'forum 胸卡 {job_id}.pdf')}"


def test_a_print_that_failed_asks_for_someone(house: House, owner: Browser) -> None:
    registration_id = add_registration(house, "Anna")
    job_id = ask(owner)
    finding = {
        "code": "missing-glyph",
        "blocking": True,
        "registration_id": registration_id,
        "name": "Anna",
        "details": {"character": "X", "codepoint": "U+0058"},
    }
    with transaction() as session:
        job = session.get_one(PrintJob, job_id)
        shared = {"registration_id": None, "name": "Guest", "about": ["registration_type", "guest"]}
        line = {"code": "text-under-floor", "blocking": False, "details": {"part": "organization.en", "floor": "9"}}
        job.status, job.fault, job.findings = JobStatus.FAILED, "findings", [finding, finding | shared, finding | line]
        job.options = {"type": "guest"}

    overview = owner.get(f"{HOME}/").text
    assert f'<a href="{HOME}/registrations/types/guest">Registration type “Guest”: the fonts have no' in overview
    assert "· Guest" in owner.get(PAPER).text  # as the type is called
    assert "The organization of Anna in English only fits smaller than 9 pt." in overview

    assert "1 print failed." in overview
    assert "Anna: the fonts have no “X” (U+0058)." in overview
    assert overview.count("data-poll") == 1  # of the alerts alone


def test_badges_begin_where_a_sheet_is_free_and_a_page_shows_how_far_off_a_printer_is(
    house: House, owner: Browser
) -> None:
    add_registration(house, "Anna")
    at = "stock=avery-74459&offset_x=-1,5&flip=short"
    wrong = owner.get(f"{PAPER}/check?paper=badges&{at}&first_label=7", follow_redirects=True).text
    page = owner.get(f"{PAPER}/calibration?{at}")
    none = owner.get(f"{PAPER}/calibration?stock=a6", follow_redirects=True).text
    ask(owner, stock="avery-74459", offset_x="-1,5", flip="short", first_label="6", guides="1")

    assert "The sheet has no such label." in wrong
    assert (page.mimetype, page.data[:5]) == ("application/pdf", b"%PDF-")
    assert "Choose a stock with several badges on a sheet first." in none
    said = {"stock": "avery-74459", "offset_x": -1.5, "flip": "short", "first_label": 6, "guides": True}
    assert jobs()[-1].options == said
    assert "from label 6 on" in owner.get(PAPER).text


def test_what_was_printed_before_asks_why_and_stands_in_the_log(house: House, owner: Browser) -> None:
    registration_id = add_registration(house, "Anna")
    job_id = ask(owner, device="Desk 2")
    with transaction() as session:
        job = session.get_one(PrintJob, job_id)
        services.start(session, job_id, total=1, findings=[], now=BY["now"])
        services.finish(session, job, FINISHED, badge_values(session, house.edition_id, Options()), now=BY["now"])

    page = owner.get(f"{PAPER}/check?paper=badges&boxes=2").text
    refused = owner.send(f"{PAPER}/check?paper=badges", {"paper": "badges", "reason": ""}, to=f"{PAPER}/jobs")
    ask(owner, reason="lost")
    log = owner.get(f"{PAPER}/log?search=Anna").text

    assert "1 of these has been printed before." in page
    assert ('value="Desk 2"' in page, 'id="f-reason"' in page, "<strong>A</strong> 1 badge" in page) == (True,) * 3
    assert (refused.status_code, len(jobs())) == (422, 2)
    assert jobs()[-1].reason == "lost"
    assert (f'href="{HOME}/registrations/{registration_id}"' in log, ">Desk 2<" in log) == (True, True)
    assert "Guest (1)" in owner.get(PAPER).text
    table = owner.get(f"{PAPER}/log.csv?registration={registration_id}").text.splitlines()
    assert (len(table), table[0].split(",")[:2]) == (2, ["\ufeffprint", "paper"])


def test_what_does_not_go_together_in_a_book_is_told_at_its_form(house: House, owner: Browser) -> None:
    answer = owner.get(f"{PAPER}/check?paper=program&size=A5&large=1")
    assert answer.status_code == 302
    assert "Large print needs whole sheets" in owner.get(answer.location).text

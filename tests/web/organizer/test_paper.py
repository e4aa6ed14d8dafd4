"""Prints: checked first, asked for, followed, cancelled and fetched."""

from __future__ import annotations

import time
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from itsdangerous import TimestampSigner
from lxml import html
from sqlalchemy import select

from forumapp.core.transactions import transaction
from forumapp.core.workshop import Limits, Workshop
from forumapp.domain.agenda.models import AssignmentRole
from forumapp.domain.agenda.queries import get_session
from forumapp.domain.agenda.services import add_item, assign_role, publish, update_session
from forumapp.domain.forums.services import update_edition
from forumapp.domain.people.services import update_person
from forumapp.domain.printing import own_stocks, services
from forumapp.domain.printing.agenda_papers import NothingDiffers
from forumapp.domain.printing.models import JobStatus, Paper, PrintJob
from forumapp.domain.printing.queries import NothingToPrint, badge_values
from forumapp.domain.printing.rules import Options
from forumapp.domain.registration.models import Registration
from forumapp.worker import print_steps
from tests.web.organizer.house import BY, HOME, add_registration, mark_on, rows

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

PAPER = f"{HOME}/paper"
FINISHED = services.Finished("print/x.pdf", "0" * 64, 1, "weasyprint")


def jobs() -> list[PrintJob]:
    return rows(select(PrintJob).order_by(PrintJob.id))


def ask(browser: Browser, **values: str) -> int:
    """Start a print of badges as the button does; the job's id."""
    browser.send(f"{PAPER}/check?paper=badges", {"paper": "badges", **values}, to=f"{PAPER}/jobs")
    return jobs()[-1].id


def without_glyph(house: House, name: str) -> int:
    """The registration of somebody whose name no font has."""
    registration_id = add_registration(house, name)
    with transaction() as session:
        person = session.get_one(Registration, registration_id).person
        update_person(session, person.id, {"native_full": "安\U0003a000"}, version=person.version, **BY)
    return registration_id


def test_the_check_names_whose_badge_needs_a_look(house: House, owner: Browser) -> None:
    registration_id = without_glyph(house, "Anna")
    add_registration(house, "Berta", "waitlisted")

    text = owner.get(f"{PAPER}/check?paper=badges&stock=a6&type=guest").text

    need = text.split('class="needs"')[1].split("</ul>")[0]
    assert f'href="{HOME}/registrations/{registration_id}"' in need
    assert "the fonts have no “\U0003a000” (U+3A000)." in need
    assert ("Print 1 badge" in text, 'name="anyway"' in text) == (True, True)
    assert '<input type="hidden" name="stock" value="a6">' in text

    sent = {"paper": "badges", "anyway": " "}
    refused = owner.send(f"{PAPER}/check?paper=badges", sent, to=f"{PAPER}/jobs")
    assert (refused.status_code, jobs(), refused.text.count("Why print despite these problems")) == (422, [], 2)
    mark = mark_on(text)
    ask(owner, anyway="The name is written by hand", despite=mark)
    assert jobs()[0].options == {"anyway": "The name is written by hand", "despite": mark}
    assert "The name is written by hand" not in owner.get(f"{HOME}/log").text
    assert print_steps.begin(house.app, jobs()[0].id) == 1
    line = owner.get(f"{HOME}/log?action=printed-despite").text
    assert ("printed it despite problems" in line, "The name is written by hand" in line) == (True, True)
    with transaction() as db:
        services.finish(db, db.get_one(PrintJob, jobs()[0].id), FINISHED, [], now=BY["now"])
    assert "Printed despite problems: The name is written by hand" in owner.get(PAPER).text


def test_who_comes_with_the_same_fault_after_the_check_is_shown_before_anything_is_printed(
    house: House, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Anna", "Berta"):
        text = owner.get(f"{PAPER}/check?paper=badges").text  # before Berta is there
        without_glyph(house, name)
    sent = {"paper": "badges", "anyway": "By hand", "despite": mark_on(text)}
    looks = []
    lookers = owner.application.extensions["forumapp.lookers"]
    monkeypatch.setattr(lookers, "run", lambda work, run=lookers.run: (looks.append(work), run(work))[1])
    changed = owner.send(f"{PAPER}/check?paper=badges", sent, to=f"{PAPER}/jobs")
    assert (changed.status_code, jobs(), len(looks)) == (422, [], 2)  # the check, and once more
    assert ("What is to be fixed has changed" in changed.text, 'value="By hand"' in changed.text) == (True, True)
    assert changed.text.split('class="needs"')[1].count("the fonts have no") == 2

    ask(owner, anyway="By hand", despite=mark_on(changed.text))
    assert len(jobs()) == 1


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


def test_a_print_that_something_stopped_since_its_check_names_what(house: House, owner: Browser) -> None:
    ids = [without_glyph(house, "Anna")]
    ask(owner, anyway="By hand", despite=mark_on(owner.get(f"{PAPER}/check?paper=badges").text))
    ids.append(without_glyph(house, "Berta"))
    ask(owner, reason="lost")
    assert [print_steps.begin(house.app, one.id) for one in jobs()] == [0, 0]

    page = html.fromstring(owner.get(PAPER).text)
    assert page.xpath('//p[@class="field-error"]/text()') == [
        "Something must be fixed first: Characters that no font has (2).",
        "What is to be fixed has changed since it was checked: Characters that no font has (2).",
    ]
    assert "Printed again" not in page.text_content()
    named = [f"{HOME}/registrations/{one}" for one in ids]
    assert page.xpath('//li[@class="job"]/details[@open]//li[.//text()="Blocks"]/a/@href') == named * 2


def test_what_its_worker_alone_finds_does_not_stop_a_print_for_good(
    house: House, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where it takes too long to be looked through in a request."""
    without_glyph(house, "Anna")
    ask(owner, type="guest")
    assert print_steps.begin(house.app, jobs()[0].id) == 0
    monkeypatch.setitem(owner.application.extensions, "forumapp.lookers", Workshop(Limits(1, 500), places=0))

    (address,) = html.fromstring(owner.get(PAPER).text).xpath('//a[text()="Print it anyway"]/@href')
    shown = owner.get(address).text
    assert ("the fonts have no “\U0003a000”" in shown, "Print 1 badge" in shown) == (True, True)
    mark = {"despite": mark_on(shown)}
    assert owner.send(address, {"anyway": " ", **mark}).status_code == 422
    assert owner.send(address, {"anyway": "By hand", **mark}).status_code == 302
    assert jobs()[1].options == {"type": "guest", "anyway": "By hand", **mark}
    assert print_steps.begin(house.app, jobs()[1].id) == 1
    assert "Print it anyway" not in owner.get(PAPER).text
    for said in (None, {"anyway": "By hand", **mark}):  # once more, as by a program
        again = owner.get(address) if said is None else owner.send(PAPER, said, to=address)
        assert again.location == PAPER
        assert f"asked for again meanwhile: it is No. {jobs()[1].id}." in owner.get(PAPER).text
    assert len(jobs()) == 2


def test_what_cannot_be_asked_for_any_more_is_not_printed_in_spite_of_anything(house: House, owner: Browser) -> None:
    without_glyph(house, "Anna")
    size = {"page_width": 210, "page_height": 297, "width": 90, "height": 55, "columns": 2, "rows": 5}
    with transaction() as db:
        stock_id = own_stocks.create_stock(
            db, house.edition_id, {"code": "cards", "name": {"en": "Cards"}, **size}, **BY
        ).id
    ask(owner, stock="cards")
    assert print_steps.begin(house.app, jobs()[0].id) == 0
    address = f"{PAPER}/jobs/{jobs()[0].id}/anyway"
    assert "Print it anyway" in owner.get(PAPER).text
    assert owner.get(address).status_code == 200
    with transaction() as db:
        own_stocks.remove_stock(db, house.edition_id, stock_id, version=1, **BY)

    answer = owner.get(address, follow_redirects=True)
    assert (answer.status_code, "is not there any more. Choose anew" in answer.text) == (200, True)
    assert owner.send(PAPER, {"anyway": "By hand"}, to=address).location == PAPER
    assert len(jobs()) == 1


def test_who_comes_while_another_paper_is_looked_through_for_long_is_told_to_ask_again(
    house: House, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_registration(house, "Anna")
    lookers = Workshop(Limits(1, 500), places=0, patience=0.0)
    monkeypatch.setitem(owner.application.extensions, "forumapp.lookers", lookers)

    answer = owner.get(f"{PAPER}/check?paper=badges&stock=a6")

    (again,) = html.fromstring(answer.text).xpath('//main//a[text()="Try again"]/@href')
    assert (answer.status_code, again) == (503, f"{PAPER}/check?paper=badges&stock=a6")
    assert "Another check is running" in answer.text


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("badges", "Badges are for those who are confirmed, and nobody of them matches what was chosen."),
        ("program", "The agenda has not been published yet."),
        ("itineraries", "No delegation that was chosen has anything in its itinerary yet."),
        ("itineraries&delegation=js", "No delegation that was chosen has anything in its itinerary yet."),
        ("booklets&delegation=js", "Of those who were chosen, nobody who is confirmed has anything"),
        ("errata&delegation=js", "No print of what was chosen reads otherwise now"),
        ("sign-in-sheets&lang=zh-Hans", "其中没有已确认或已报名的人。"),
        ("invitations", "Nobody who was chosen has an invitation letter to print."),
        ("place-cards&changed=1", "Nothing of what was chosen was printed before and has changed since."),
        ("face-sheet&delegation=js", "This delegation has nothing yet that the paper would tell."),
    ],
)
def test_nothing_to_print_is_said_before_and_why(owner: Browser, asked: str, why: str) -> None:
    for at in ("check", "preview"):
        text = owner.get(f"{PAPER}/{at}?paper={asked}").text
        title = "没有可打印的内容" if "zh-Hans" in asked else "There is nothing to print"
        assert (title in text, why in text) == (True, True)


def test_of_those_who_are_confirmed_it_is_said_why_no_badge_is_printed(house: House, owner: Browser) -> None:
    add_registration(house, "Anna")

    def told(which: str) -> str:
        page = html.fromstring(owner.get(f"{PAPER}/check?paper=badges&badge={which}").text)
        return "".join(page.xpath('//main//*[@class="empty-text"]//text()')).strip()

    changed = "Nothing of what was chosen was printed before and has changed since."
    assert (told("changed"), told("not-printed")) == (changed, "")
    ask(owner)
    assert print_steps.begin(house.app, jobs()[0].id) == 1
    with transaction() as db:
        badges = badge_values(db, house.edition_id, Options())
        services.finish(db, db.get_one(PrintJob, jobs()[0].id), FINISHED, badges, now=BY["now"])
    matching = "Badges are for those who are confirmed, and nobody of them matches what was chosen."
    assert (told("changed"), told("not-printed")) == (changed, matching)

    for how in ({"changed": True}, {"badge": "not-printed"}):
        with transaction() as db:
            services.ask_print(db, house.edition_id, Paper.BADGES, how, **BY)
        with pytest.raises(NothingToPrint) as refusal:
            print_steps.begin(house.app, jobs()[-1].id)
        assert refusal.value.code == ("nothing-changed" if "changed" in how else "nothing-to-print")


def test_a_slip_of_corrections_says_why_there_is_none(house: House, owner: Browser) -> None:
    page = f"{PAPER}/check?paper=program-erratum"

    def publish_anew(**changes: str) -> str:
        with transaction() as db:
            row = get_session(db, house.edition_id, house.session_ids[0])
            update_session(db, house.edition_id, row.id, changes, version=row.version, **BY)
            publish(db, house.edition_id, label="", note={}, reason="on purpose", **BY)
        return owner.get(page).text

    with transaction() as db:
        update_edition(db, house.edition_id, {"status": "open"}, version=1, **BY)
    assert "No earlier version of the agenda was published" in publish_anew()
    assert "The two versions of the agenda read the same" in publish_anew(av_needs="Two screens")
    assert "这两个版本的议程内容相同" in owner.get(f"{page}&lang=zh-Hans").text
    later = owner.get(f"{page}&lang=en&agenda=1&since=2", follow_redirects=True)
    assert (later.status_code, "This must be an earlier version." in later.text) == (200, True)
    chosen = html.fromstring(later.text).xpath('//select[@name="agenda" or @name="since"]/option[@selected]/@value')
    assert chosen == ["1", "2"]

    ask(owner, paper="program-erratum")
    with pytest.raises(NothingDiffers) as refusal:
        print_steps.begin(house.app, jobs()[0].id)
    with transaction() as db:
        services.fail(db, jobs()[0].id, refusal.value.code, now=BY["now"])
    assert "The two versions of the agenda read the same" in owner.get(f"{PAPER}?lang=en").text


@pytest.mark.parametrize("asked", ["program", "program-erratum", "speaker-agendas", "sign-in-sheets&session=trade"])
def test_what_is_found_of_a_session_names_it_in_the_reader_s_language(house: House, owner: Browser, asked: str) -> None:
    session_id = house.session_ids[0]
    add_registration(house, "Anna")
    with transaction() as db:
        update_edition(db, house.edition_id, {"status": "open"}, version=1, **BY)
        publish(db, house.edition_id, label="", note={}, reason="on purpose", **BY)
        row = get_session(db, house.edition_id, session_id)
        title = {"en": "Trade", "zh-Hans": "贸易\U0001f9ff"}
        update_session(db, house.edition_id, session_id, {"title": title}, version=row.version, **BY)
        item = add_item(db, row, {"title": {"en": "Film"}, "minutes": 10}, **BY)
        assign_role(db, row, house.person_id, AssignmentRole.SPEAKER, item=item, status="confirmed", **BY)
        publish(db, house.edition_id, label="", note={}, reason="on purpose", **BY)
    page, address = f"{PAPER}/check?paper={asked}", f"{HOME}/agenda/sessions/{session_id}"

    def told(at: str) -> list[str]:
        return html.fromstring(owner.get(at).text).xpath(f'//a[@href="{address}"]/text()')

    glyph, film = "Session “Trade”: the fonts have no “\U0001f9ff” (U+1F9FF).", "Session “Trade”: “Film” is missing"
    assert (told(page)[0], any(one.startswith(film) for one in told(page))) == (
        glyph, asked in ("program", "speaker-agendas"),
    )  # fmt: skip
    assert all("环节“贸易" in one for one in told(f"{page}&lang=zh-Hans"))
    paper, _, of = asked.partition("&session=")
    ask(owner, paper=paper, **({"session": of} if of else {}))
    assert print_steps.begin(house.app, jobs()[-1].id) == 0
    assert glyph in told(f"{PAPER}?lang=en")
    (found,) = (one for one in jobs()[-1].told if one["code"] == "missing-glyph")
    assert (found["subject"], found["parties"]) == ("Trade", [{"kind": "session", "id": session_id}])


def test_a_program_is_checked_as_it_is_published(house: House, owner: Browser) -> None:
    with transaction() as session:
        publish(session, house.edition_id, label="", note={}, reason="The house clashes on purpose.", **BY)

    text = owner.get(f"{PAPER}/check?paper=program&languages=zh-Hans+en").text

    assert ("Print the program" in text, 'name="languages" value="zh-Hans en"' in text) == (True, True)


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
    assert "data-poll" not in overview


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

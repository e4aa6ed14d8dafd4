"""What is told of a paper before it is printed: what is to be mended, and why there is nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml import html

from forumapp.core.database.transactions import transaction
from forumapp.core.serving.render_pool import Limits, Workshop
from forumapp.domain.agenda.models import AssignmentRole
from forumapp.domain.agenda.queries import get_session
from forumapp.domain.agenda.sessions.services import add_item, assign_role, publish, update_session
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.printing import custom_stocks
from forumapp.domain.printing.agenda_papers import NothingDiffers
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.models import Paper, PrintJob
from forumapp.domain.printing.queries import NothingToPrint, badge_values
from forumapp.domain.printing.rules import Options
from forumapp.worker.printing import steps
from tests.web.organizer.house import BY, HOME, add_registration, mark_on
from tests.web.organizer.printed import FINISHED, PAPER, ask, jobs, without_glyph

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House


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
    assert steps.begin(house.app, jobs()[0].id) == 1
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


def test_a_print_that_something_stopped_since_its_check_names_what(house: House, owner: Browser) -> None:
    ids = [without_glyph(house, "Anna")]
    ask(owner, anyway="By hand", despite=mark_on(owner.get(f"{PAPER}/check?paper=badges").text))
    ids.append(without_glyph(house, "Berta"))
    ask(owner, reason="lost")
    assert [steps.begin(house.app, one.id) for one in jobs()] == [0, 0]

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
    assert steps.begin(house.app, jobs()[0].id) == 0
    monkeypatch.setitem(owner.application.extensions, "forumapp.lookers", Workshop(Limits(1, 500), places=0))

    (address,) = html.fromstring(owner.get(PAPER).text).xpath('//a[text()="Print it anyway"]/@href')
    shown = owner.get(address).text
    assert ("the fonts have no “\U0003a000”" in shown, "Print 1 badge" in shown) == (True, True)
    mark = {"despite": mark_on(shown)}
    assert owner.send(address, {"anyway": " ", **mark}).status_code == 422
    assert owner.send(address, {"anyway": "By hand", **mark}).status_code == 302
    assert jobs()[1].options == {"type": "guest", "anyway": "By hand", **mark}
    assert steps.begin(house.app, jobs()[1].id) == 1
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
        stock_id = custom_stocks.create_stock(
            db, house.edition_id, {"code": "cards", "name": {"en": "Cards"}, **size}, **BY
        ).id
    ask(owner, stock="cards")
    assert steps.begin(house.app, jobs()[0].id) == 0
    address = f"{PAPER}/jobs/{jobs()[0].id}/anyway"
    assert "Print it anyway" in owner.get(PAPER).text
    assert owner.get(address).status_code == 200
    with transaction() as db:
        custom_stocks.remove_stock(db, house.edition_id, stock_id, version=1, **BY)

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
    assert steps.begin(house.app, jobs()[0].id) == 1
    with transaction() as db:
        badges = badge_values(db, house.edition_id, Options())
        services.finish(db, db.get_one(PrintJob, jobs()[0].id), FINISHED, badges, now=BY["now"])
    matching = "Badges are for those who are confirmed, and nobody of them matches what was chosen."
    assert (told("changed"), told("not-printed")) == (changed, matching)

    for how in ({"changed": True}, {"badge": "not-printed"}):
        with transaction() as db:
            services.ask_print(db, house.edition_id, Paper.BADGES, how, **BY)
        with pytest.raises(NothingToPrint) as refusal:
            steps.begin(house.app, jobs()[-1].id)
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
        steps.begin(house.app, jobs()[0].id)
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
    assert steps.begin(house.app, jobs()[-1].id) == 0
    assert glyph in told(f"{PAPER}?lang=en")
    (found,) = (one for one in jobs()[-1].told if one["code"] == "missing-glyph")
    assert (found["subject"], found["parties"]) == ("Trade", [{"kind": "session", "id": session_id}])


def test_a_program_is_checked_as_it_is_published(house: House, owner: Browser) -> None:
    with transaction() as session:
        publish(session, house.edition_id, label="", note={}, reason="The house clashes on purpose.", **BY)

    text = owner.get(f"{PAPER}/check?paper=program&languages=zh-Hans+en").text

    assert ("Print the program" in text, 'name="languages" value="zh-Hans en"' in text) == (True, True)

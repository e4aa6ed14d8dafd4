"""Answers that an organizer changes, with files that can be brought back at once."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from lxml import html
from sqlalchemy import select, update

from forumapp.core.database.transactions import transaction
from forumapp.domain.registration.models import Registration, RegistrationType
from tests.pictures import document
from tests.web.organizer.house import HOME, add_registration

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

ASKED = [
    {"code": "first", "kind": "yes-no", "label": {"en": "First time?"}, "required": True},
    {"code": "letter", "kind": "file", "label": {"en": "Letter"}},
    {"code": "seat", "kind": "short-text", "label": {"en": "Seat"}, "for_organizers": True},
    {"code": "note", "kind": "file", "label": {"en": "Our note"}, "for_organizers": True},
]


def pdf(name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(document()), name


def test_answers_are_changed_and_a_former_file_is_brought_back_at_once(house: House, owner: Browser) -> None:
    with transaction() as db:
        db.execute(update(RegistrationType).values(questions=ASKED))
    who = add_registration(house, "Asked")
    page, form = f"{HOME}/registrations/{who}", f"{HOME}/registrations/{who}/answers"

    def save(**given: Any) -> tuple[int, str]:
        sent = html.fromstring(owner.get(form).text).xpath("//input[@name='version' or @name='seen']")
        seen = {one.name: one.value for one in sent}
        answer = owner.send(form, {**seen, **given}, to=form)
        return answer.status_code, answer.text

    def answers() -> dict[str, Any]:
        with transaction() as db:
            values = db.scalars(select(Registration.answers).where(Registration.id == who)).one()["values"]
        return {code: one["name"] if isinstance(one, dict) else one for code, one in values.items()}

    status, text = save(**{"answers.letter": pdf("a.pdf"), "answers.note": pdf("n.pdf"), "answers.seat": "T1"})
    assert (status, answers()) == (422, {})  # the first question is not answered
    held = {one.name: one.value for one in html.fromstring(text).xpath("//input[@type='hidden']")}
    kept = {name: held[name] for name in ("answers.letter", "answers.note")}
    assert save(**kept, **{"answers.first": "yes", "answers.seat": "T1"})[0] == 302
    assert answers() == {"first": True, "letter": "a.pdf", "seat": "T1", "note": "n.pdf"}

    stands = {"answers.first": "yes", "answers.note": "stands", "answers.letter": "stands"}
    assert save(**{**stands, "answers.letter": pdf("b.pdf")})[0] == 302
    assert answers() == {"first": True, "letter": "b.pdf", "note": "n.pdf"}
    (undo,) = re.findall(rf'action="({HOME}/removed/[0-9]+/restore)"', owner.get(page).text)
    assert owner.send(page, {}, to=undo).location == page
    assert answers()["letter"] == "a.pdf"

    late, text = save(**stands, version="1", **{"answers.seat": "T9"})
    assert (late, "Someone else changed this" in text, answers().get("seat")) == (412, True, None)


def test_a_number_is_told_its_bound_and_lines_stay_lines(house: House, owner: Browser) -> None:
    nights = {"code": "nights", "kind": "number", "label": {"en": "Nights"}, "least": 2, "most": 9.5}
    note = {"code": "note", "kind": "long-text", "label": {"en": "Note"}}
    with transaction() as db:
        db.execute(update(RegistrationType).values(questions=[nights, note]))
    page = f"{HOME}/registrations/{add_registration(house, 'Asked')}"
    form = f"{page}/answers"

    def told(number: str) -> str:
        sent = html.fromstring(owner.get(form).text).xpath("//input[@name='version' or @name='seen']")
        said = {"answers.nights": number, "answers.note": "One.\nTwo."}
        answer = owner.send(form, {**{one.name: one.value for one in sent}, **said}, to=form)
        return html.fromstring(answer.text).xpath("string(//*[@id='e-answers.nights'])") if answer.text else ""

    assert [told(number) for number in ("1", "10")] == ["Write 2 or more.", "Write 9.5 or less."]
    told("3")
    assert "<dd>One.\nTwo.</dd>" in owner.get(page).text.replace("\r\n", "\n")

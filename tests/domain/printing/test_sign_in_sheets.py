"""Sheets to sign: who signed up where places are limited, everyone who is confirmed elsewhere, by name."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from forumapp.core.errors import NotFound
from forumapp.core.values.times import Moment, Span
from forumapp.domain.agenda.models import SessionKind
from forumapp.domain.agenda.sessions.services import create_session
from forumapp.domain.audit.services import SYSTEM
from forumapp.domain.printing.cards.values import card_values
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.models import Paper
from forumapp.domain.printing.production.finished_papers import make_book
from forumapp.domain.printing.rules import Options
from forumapp.domain.registration.models import SessionSignUp
from tests.seeds import NOW, seed

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session as DbSession

BY: dict[str, Any] = {"actor": SYSTEM, "now": NOW}


@pytest.mark.one_database
def test_who_signed_up_is_expected_where_places_are_limited_and_everyone_elsewhere(
    session: DbSession, tmp_path: Path
) -> None:
    forum = seed(session, 4)
    span = Span(*(Moment(datetime(2023, 5, 22, hour), "America/Los_Angeles") for hour in (9, 10)))
    for code, places in (("tour", 5), ("opening", None)):
        said = {"code": code, "title": {"en": code.title(), "zh-Hans": "环节"}, "kind": SessionKind.OPENING}
        row = create_session(session, forum.edition.id, {**said, "places": places}, span, **BY)
        if places:
            one = forum.registration_ids[2]
            of = {"edition_id": forum.edition.id, "session_id": row.id}
            session.add(SessionSignUp(**of, registration_id=one))
            session.flush()

    def sheet(**options: Any) -> Any:
        return card_values(session, forum.edition, Paper.SIGN_IN_SHEETS, Options(**options), now=NOW)

    assert [card.registration_id for card in sheet(session="tour").cards] == [forum.registration_ids[2]]
    assert [len(sheet(**options).cards) for options in ({"session": "opening"}, {})] == [4, 4]
    values = sheet(session="tour")
    pdf = tmp_path / "sheet.pdf"
    pdf.write_bytes(make_book(replace(values, cards=values.cards * 30), tmp_path))
    told = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
    shown = ("Tour", "09:00", "Expected: 30", "应到", "Signature", values.cards[0].who.latin_name)
    assert [one for one in shown if one not in told] == []
    pages = told.split("\f")[:-1]
    assert ["Tour" in page and "环节" in page for page in pages] == [True] * len(pages) != [True]
    with pytest.raises(NotFound):
        services.ask_print(session, forum.edition.id, Paper.SIGN_IN_SHEETS, {"session": "none"}, **BY)

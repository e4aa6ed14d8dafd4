"""The log of printed pieces, and which badges a print chooses by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from forumapp.core.errors import Invalid
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.audit.services import SYSTEM
from forumapp.domain.images.models import Image
from forumapp.domain.images.rules import MediaType
from forumapp.domain.people.models import EditionTitle, Person
from forumapp.domain.people.records.services import name_of
from forumapp.domain.printing import queries
from forumapp.domain.printing.cards.print_log import note_cards
from forumapp.domain.printing.cards.stale_cards import outdated_cards
from forumapp.domain.printing.cards.values import list_cards
from forumapp.domain.printing.checks.preflight import preflight
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.jobs.print_log import PieceFilters, pieces_page, take_out_pieces
from forumapp.domain.printing.jobs.services import Finished
from forumapp.domain.printing.jobs.stale_badges import outdated_badges
from forumapp.domain.printing.models import Paper, Reprint
from forumapp.domain.printing.previews.layout_findings import HERE
from forumapp.domain.printing.previews.photo_checks import coarse_badges
from forumapp.domain.printing.rules import Options, options_from
from forumapp.domain.printing.selection import count_badges, count_reprints, find_by_code
from forumapp.domain.registration.lists.filters import Badge
from forumapp.domain.registration.models import Registration
from forumapp.domain.retention.own_data import own_data
from tests.seeds import NOW, Seeded, coded, seed, seed_access, seed_delegation

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session as DbSession

BY: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
MADE = Finished("print/1/1/badges.pdf", "ab" * 32, 3, "weasyprint 70")


def printed(db: DbSession, forum: Seeded, said: dict[str, Any], **how: Any) -> int:
    """A print of badges from the asking to the end, as a worker makes it; the job's id."""
    job = services.ask_print(db, forum.edition.id, Paper.BADGES, said, **how, **BY)
    badges = queries.badge_values(db, forum.edition.id, options_from(job.options))
    services.start(db, job.id, total=len(badges), findings=[], now=NOW)
    services.finish(db, job, MADE, badges, now=NOW + timedelta(minutes=job.id))
    db.expire_all()
    return job.id


def renamed(db: DbSession, registration_id: int) -> None:
    person_id = db.get_one(Registration, registration_id).person_id
    db.execute(update(Person).where(Person.id == person_id).values(latin_given="Renamed"))


def lines(db: DbSession, forum: Seeded, **wanted: Any) -> list[tuple[Any, ...]]:
    page = pieces_page(db, forum.edition.id, PieceFilters(**wanted))
    return [(one.registration_id, one.copy, one.version, one.reason, one.device, one.box) for one in page.items]


def test_each_piece_says_which_copy_it_is_what_it_says_and_why_it_is_there_again(session: DbSession) -> None:
    forum = seed(session, 2)
    one, other = forum.registration_ids
    printed(session, forum, {"registration": one}, device="Desk 2")
    with pytest.raises(Invalid) as refused:
        printed(session, forum, {"registration": one})
    lost = printed(session, forum, {"registration": one}, reason=Reprint.LOST)
    renamed(session, one)
    both = printed(session, forum, {"boxes": 2}, reason=Reprint.CHANGED, device="Desk 1")

    assert refused.value.fields == {"reason": "required"}
    assert lines(session, forum, registration=one) == [
        (one, 3, 2, Reprint.CHANGED, "Desk 1", "B"),
        (one, 2, 1, Reprint.LOST, "", None),
        (one, 1, 1, None, "Desk 2", None),
    ]
    assert lines(session, forum, search=coded(other + 7_000_000, 8)) == [(other, 1, 1, None, "Desk 1", "A")]
    page = pieces_page(session, forum.edition.id, PieceFilters(reprints=True))
    assert [(piece.job_id, piece.printed_at) for piece in page.items] == [
        (job, NOW + timedelta(minutes=job)) for job in (both, lost)
    ]
    headings, rows = take_out_pieces(session, forum.edition.id, PieceFilters(), **BY)
    assert (len(rows), dict(zip(headings, rows[0], strict=True))["reason"]) == (4, "")
    told = own_data(session, forum.edition, session.get_one(Registration, one), now=NOW)["printed"]
    assert [(each["copy_number"], each["box"]) for each in told] == [(1, None), (2, None), (3, "B")]


def test_badges_are_chosen_by_what_was_printed_and_counted_beforehand(session: DbSession) -> None:
    forum = seed(session, 12)
    ids, of = forum.registration_ids, forum.edition.id
    whole = seed_delegation(session, forum.edition, "whole", ids[:2])
    seed_delegation(session, forum.edition, "part", ids[2:5], parent=whole.id)
    printed(session, forum, {"delegation": "whole"})
    renamed(session, ids[0])

    def chosen(badge: Badge) -> set[int]:
        return {one.registration_id for one in queries.badge_values(session, of, Options(badge=badge))}

    assert chosen(Badge.NOT_PRINTED) == set(ids[5:])
    assert chosen(Badge.CHANGED) == {ids[0]} == {one.badge.registration_id for one in outdated_badges(session, of)}
    assert chosen(Badge.TO_PRINT) == {ids[0], *ids[5:]}
    counts = count_badges(session, of)
    assert (counts.total, counts.types) == (12, {"business": 11, "media": 1})
    assert counts.delegations == {"whole": 5, "part": 3}
    assert counts.badges == {Badge.NOT_PRINTED: 7, Badge.CHANGED: 1, Badge.TO_PRINT: 8}
    assert [count_reprints(session, of, Options(delegation=code)) for code in ("part", None)] == [3, 5]
    code = coded(ids[3] + 7_000_000, 8)
    assert [find_by_code(session, of, word) for word in (f"{code[:4]}-{code[4:].lower()}", "NONE")] == [ids[3], None]


def test_whoever_is_limited_to_a_delegation_sees_its_pieces_in_a_print_of_all(session: DbSession) -> None:
    forum = seed(session, 3)
    mine = seed_delegation(session, forum.edition, "mine", forum.registration_ids[:1])
    printed(session, forum, {})
    page = pieces_page(session, forum.edition.id, PieceFilters(), within=frozenset({mine.id}))
    assert [one.registration_id for one in page.items] == forum.registration_ids[:1]


def test_cards_are_told_one_by_one_and_whoever_is_called_otherwise_by_now_is_printed_again(session: DbSession) -> None:
    forum = seed(session, 3)
    one, other, last = forum.registration_ids
    mine = seed_delegation(session, forum.edition, "mine", [one])
    cards_printed(session, forum, {"untitled": True})
    cards_printed(session, forum, {"registration": last}, reason=Reprint.LOST)
    renamed(session, one)
    for of in (other, last):  # of whom the first one has a card without a title
        who = EditionTitle.person_id == session.get_one(Registration, of).person_id
        session.execute(update(EditionTitle).where(who).values(title={"en": "Mayor"}))

    def outdated() -> list[tuple[Any, ...]]:
        session.expire_all()
        found = outdated_cards(session, forum.edition.id, with_plans=True)
        return [(group.paper, each.card.registration_id, tuple(each.was)) for group in found for each in group.cards]

    assert outdated() == [(Paper.PLACE_CARDS, one, ("latin_name",)), (Paper.PLACE_CARDS, last, ("title",))]
    with pytest.raises(Invalid) as refused:
        services.ask_print(session, forum.edition.id, Paper.PLACE_CARDS, {"changed": True}, **BY)
    cards_printed(session, forum, {"changed": True}, reason=Reprint.CHANGED, device="Office")

    assert (refused.value.fields, outdated()) == ({"reason": "required"}, [])
    page = pieces_page(session, forum.edition.id, PieceFilters(paper=Paper.PLACE_CARDS))
    told = [(each.name.latin, each.copy, each.version, each.reason) for each in page.items if each.name]
    names = [name_of(session.get_one(Registration, of).person).latin for of in (one, last, last, one, other, last)]
    assert sorted(told[:2]) == sorted([(names[0], 2, 2, Reprint.CHANGED), (names[1], 3, 3, Reprint.CHANGED)])
    assert told[2] == (names[2], 2, 2, Reprint.LOST)
    assert sorted(told[3:]) == sorted((name, 1, 1, None) for name in names[3:])
    of_one = {"within": frozenset({mine.id})}
    assert {each.device for each in pieces_page(session, forum.edition.id, PieceFilters(), **of_one).items} == {
        "Office",
        "",
    }
    assert len(lines(session, forum, registration=last)) == 3
    kept = own_data(session, forum.edition, session.get_one(Registration, one), now=NOW)["printed"]
    assert [each["copy_number"] for each in kept] == [1, 2]


def cards_printed(db: DbSession, forum: Seeded, said: dict[str, Any], **how: Any) -> None:
    job = services.ask_print(db, forum.edition.id, Paper.PLACE_CARDS, said, **how, **BY)
    cards = list_cards(db, forum.edition.id, job.paper, options_from(job.options))
    services.start(db, job.id, total=1, findings=[], now=NOW)
    services.finish(db, job, MADE, [], now=NOW)
    note_cards(db, job, cards, ("en", "zh-Hans"))
    db.expire_all()


@pytest.mark.one_database
def test_a_name_that_nobody_approved_is_told_before_it_is_printed(session: DbSession, tmp_path: Path) -> None:
    forum = seed(session, 2)
    of, (one, _other) = forum.edition, forum.registration_ids
    asked: dict[str, Any] = {"folder": tmp_path, "workshop": HERE, "now": NOW}
    before = preflight(session, of, Paper.BADGES, Options(), **asked)
    officer = seed_access(session, of.id, "officer@forum.example", Role.PROTOCOL_OFFICER).id
    session.execute(update(Registration).where(Registration.id == one).values(is_vip=True, responsible_id=officer))
    report = preflight(session, of, Paper.BADGES, Options(), **asked)
    assert (before.count, before.findings) == (2, ())
    assert [(each.code, each.blocking, each.registration_id) for each in report.findings] == [
        ("name-not-proofed", False, one)
    ]
    of.print_blocks = ["name-not-proofed"]
    session.flush()
    assert (report.blocking, preflight(session, of, Paper.BADGES, Options(), **asked).blocking) == (False, True)


@pytest.mark.one_database
def test_a_photo_that_a_badge_shows_too_large_is_told_of_the_person(session: DbSession) -> None:
    small = Image(media_type=MediaType.PNG, width=90, height=120, sha256="0", content=b"x")
    session.add(small)
    session.flush()
    forum = seed(session, 2)
    one, other = queries.badge_values(session, forum.edition.id, Options())
    badges = [replace(one, photo=small.id), other]
    large, none = ({each.type_code: size for each in badges} for size in ((20, 25), None))
    found = coarse_badges(session, large, badges)
    assert [(each.code, each.registration_id, each.details["dots"]) for each in found] == [
        ("photo-too-small", one.registration_id, "114")
    ]
    assert coarse_badges(session, none, badges) == []

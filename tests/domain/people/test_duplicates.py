"""Likely doubles as the registry finds them, for all and for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, event

from forumapp.core.database.db import db
from forumapp.core.errors import Forbidden
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.people.duplicates.merging import forget_distinct, keep_distinct
from forumapp.domain.people.duplicates.queries import doubles_of, doubles_page
from forumapp.domain.people.index import likely_duplicates
from forumapp.domain.people.models import Kept
from forumapp.domain.people.names.likeness import Reason
from forumapp.domain.people.records.services import add_affiliation, create_organization, create_person
from tests.domain.conftest import BY, COMMAND, Forum
from tests.seeds import seed_access

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

HOUSE: dict[str, Any] = {"actor": COMMAND}


def people(session: DbSession, *names: dict[str, Any]) -> list[int]:
    return [create_person(session, name, **BY).id for name in names]


def found(session: DbSession, kind: Kept = Kept.PERSON) -> list[tuple[int, int, Reason]]:
    return [(pair.low.id, pair.high.id, pair.reason) for pair in doubles_page(session, kind, **HOUSE).items]


def test_the_same_are_found_for_all_and_for_one(session: DbSession) -> None:
    liu, native, chun, _ann = people(
        session,
        {"latin_family": "Liu", "latin_given": "Chun"},
        {"native_full": "刘春"},
        {"latin_family": "Chun", "latin_given": "Liu"},
        {"latin_family": "Smith", "latin_given": "Ann"},
    )
    assert found(session) == [
        (liu, chun, Reason.SAME_LATIN), (liu, native, Reason.READ_ALIKE), (native, chun, Reason.READ_ALIKE),
    ]  # fmt: skip
    of_one = [(pair.low.id, pair.high.id) for pair in doubles_of(session, Kept.PERSON, native, **HOUSE)]
    assert of_one == [(liu, native), (native, chun)]


@pytest.mark.parametrize("bond", ["mail", "phone", "post", "none"])
def test_what_people_share_besides_a_name(session: DbSession, bond: str) -> None:
    told = {"mail": {"email": "office@a.example"}, "phone": {"phone": "+86 10 1234"}}.get(bond, {})
    ids = people(session, {"native_full": "李伟", **told}, {"native_full": "李薇", **told})
    if bond == "post":
        house = create_organization(session, {"legal": {"en": "Chamber"}}, **BY)
        for one in ids:
            add_affiliation(session, one, house.id, {}, **BY)
    wanted = [] if bond == "none" else [(*ids, Reason.SOUND_ALIKE)]
    assert found(session) == wanted


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ({"legal": {"en": "Google"}}, {"legal": {"en": "Google LLC"}}, Reason.BUT_FOR_ITS_FORM),
        ({"legal": {"zh-Hans": "港口贸易有限公司"}}, {"short": {"zh-Hans": "港口贸易"}}, Reason.BUT_FOR_ITS_FORM),
        (
            {"legal": {"en": "Chamber"}, "abbreviation": {"en": "CCCME"}},
            {"legal": {"en": "CCCME"}},
            Reason.ABBREVIATION,
        ),
        ({"legal": {"en": "Port"}}, {"legal": {"en": "Haven"}, "also_known_as": ["port"]}, Reason.SAME_NAME),
    ],
)
def test_organizations(session: DbSession, one: dict[str, Any], other: dict[str, Any], reason: Reason) -> None:
    ids = [create_organization(session, values, **BY).id for values in (one, other)]
    assert found(session, Kept.ORGANIZATION) == [(*ids, reason)]
    for row_id in ids:
        assert [pair.reason for pair in doubles_of(session, Kept.ORGANIZATION, row_id, **HOUSE)] == [reason]


def test_those_of_whom_someone_said_no_are_not_proposed_again(session: DbSession) -> None:
    one, other = people(session, {"native_full": "刘春"}, {"native_full": "刘春"})
    keep_distinct(session, Kept.PERSON, other, one, **BY)
    assert (found(session), doubles_of(session, Kept.PERSON, one, **HOUSE)) == ([], [])
    forget_distinct(session, Kept.PERSON, one, other, **BY)
    assert len(found(session)) == 1


def test_they_come_in_pages(session: DbSession) -> None:
    people(session, *({"native_full": "刘春"} for _ in range(4)))
    page = doubles_page(session, Kept.PERSON, **HOUSE, number=2, size=4)
    assert (page.total, len(page.items)) == (6, 2)


def test_who_may_not_merge_is_told_of_no_doubles(session: DbSession, forum: Forum) -> None:
    account = seed_access(session, forum.edition.id, "x@forum.example", Role.PROGRAM_MANAGER)
    (one,) = people(session, {"native_full": "刘春"})
    by = {"actor": Actor(account.id, Via.PAGE)}
    with pytest.raises(Forbidden):
        doubles_page(session, Kept.PERSON, **by)
    with pytest.raises(Forbidden):
        doubles_of(session, Kept.PERSON, one, **by)


def test_it_costs_as_many_queries_for_many_as_for_few(session: DbSession) -> None:
    ids = people(session, *({"native_full": "刘春"} for _ in range(2)))

    def count() -> int:
        asked: list[str] = []
        listen = lambda *given: asked.append(given[2])  # noqa: E731 (to be taken off again)
        event.listen(db.engine, "before_cursor_execute", listen)
        try:
            doubles_page(session, Kept.PERSON, **HOUSE)
            doubles_of(session, Kept.PERSON, ids[0], **HOUSE)
        finally:
            event.remove(db.engine, "before_cursor_execute", listen)
        return len(asked)

    before = count()
    people(session, *({"native_full": "刘春", "latin_family": f"Liu {n}"} for n in range(3)))
    assert count() == before


def test_what_is_kept_at_once_is_what_all_against_all_finds(session: DbSession) -> None:
    """Also for names that are found by what nobody wrote, whichever of the two comes first."""
    chamber, bank = {"en": "China Chamber of Commerce"}, {"en": "The Bank of China"}
    for values in (
        {"legal": {"en": "Haven"}, "abbreviation": {"en": "CCC"}}, {"legal": chamber}, {"legal": bank},
        {"legal": {"en": "Bank of China, Inc."}}, {"legal": {"en": "Port"}, "country_region": "US"},
        {"legal": {"en": "Port"}, "country_region": "CN"}, {"legal": {"en": "Port Co."}},
    ):  # fmt: skip
        create_organization(session, values, **BY)
    people(
        session,
        {"native_full": "欧阳小明"}, {"latin_family": "Ouyang", "latin_given": "Xiaoming"}, {"native_full": "龍體後"},
        {"native_full": "龙体后"}, {"native_full": "龙体后女士"}, {"latin_given": "Chun Liu, Dr."},
        {"latin_family": "Liu", "latin_given": "Chun"},
    )  # fmt: skip
    for kind in Kept:
        kept = [(one.low.id, one.high.id, one.reason) for one in doubles_page(session, kind, **HOUSE).items]
        assert kept == [(one.low, one.high, one.reason) for one in likely_duplicates.likely(session, kind)]
        assert kept
        session.execute(delete(likely_duplicates.DOUBLES[kind]))
        likely_duplicates.keep_all(session, kind, likely_duplicates.likely(session, kind))
        assert found(session, kind) == kept
        likely_duplicates.keep_all(session, kind, [])
        assert found(session, kind) == []

"""Lists of registrations: what they find, and at what cost."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, func, select, text

from forumapp.core.errors import NotFound
from forumapp.domain.checkin.desk import search as desk_search
from forumapp.domain.checkin.desk.search import find_at_desk
from forumapp.domain.people.index.search_index import index_organization
from forumapp.domain.people.models import SINGLE_NAME, EditionTitle, Organization, Person
from forumapp.domain.people.rules import organization_search_text
from forumapp.domain.people.search.called_names import by_wechat
from forumapp.domain.registration.lifecycle import register
from forumapp.domain.registration.lists import queries, search_words
from forumapp.domain.registration.lists.filters import Filters
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.rules import Places, RegistrationStatus
from tests.domain.registering import HOUSE, NOW, applicant, make_edition, make_type, sign_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session as DbSession


@contextmanager
def counted(session: DbSession) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("count", [1, 40])
def test_a_list_costs_the_same_for_one_and_for_many(session: DbSession, count: int) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    for n in range(count):
        sign_up(session, edition_id, applicant(n))
    session.expunge_all()

    with counted(session) as of_list:
        page = queries.registrations_page(session, edition_id, Filters(search="guest"))
    with counted(session) as of_counts:
        queries.counts(session, edition_id)

    assert (page.total, len(page.items)) == (count, count)
    # Of the list: how common the word is, the page with its count, the lines.
    assert (len(of_list), len(of_counts)) == (3, 2)


def test_a_line_holds_what_a_list_shows(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id, color="#aabbcc")
    placed = sign_up(session, edition_id, applicant(native_full="安一", phone="+8613800000000"))

    line = queries.get_line(session, edition_id, placed.registration_id)

    assert (line.name.latin, line.name.native_full, line.email, line.phone) == (
        "Guest1 Ann", "安一", "guest1@example.org", "+8613800000000",
    )  # fmt: skip
    assert (line.status, line.short, line.type_code, line.color) == ("confirmed", placed.short, "guest", "#aabbcc")
    assert (line.title, line.organization) == ({"en": "Buyer"}, {"en": "Bay Trading"})
    assert [line] == queries.registrations_page(session, edition_id).items


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", 3),
        ("liu", 1),
        ("chun liu", 1),
        ("LIUCHUN", 1),
        ("刘", 1),
        ("liu wang", 0),
        ("o'neil", 1),
        ("oneil", 1),
        ("example.org", 3),
        ("office@", 1),
        ("Bay Trad", 2),
        ("湾区", 2),
        ("机电", 1),
        ("cccme", 1),
        ("%", 0),
        ("_", 0),
        ("liu c", 1),
        ("lc", 1),
        ("mo", 1),
        ("om", 1),
        ("rl", 0),
        ("0100", 1),
        ("555-0100", 1),
        ("+1 213 555 0100", 1),
        ("21355501", 0),
        ("wanqu", 2),
        ("100%", 1),
        ("\\", 0),
        ("'", 0),
    ],
)
def test_search(session: DbSession, search: str, found: int) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    bay = {"en": "Bay Trading", "zh-Hans": "湾区贸易"}
    who = [
        applicant(1, latin_family="Liu", latin_given="Chun", native_full="刘春", organization={}),
        applicant(2, latin_family="O'Neil", latin_given="Mary", organization=bay, phone="+12135550100"),
        applicant(3, latin_family="100%", latin_given="Real", email="office@example.org", organization=bay),
    ]
    placed = [sign_up(session, edition_id, one) for one in who]
    person_id = session.scalars(
        select(Registration.person_id).where(Registration.id == placed[0].registration_id)
    ).one()
    name, abbreviation = {"zh-Hans": "中国机电产品进出口商会"}, {"en": "CCCME"}
    chamber = Organization(
        short=name, abbreviation=abbreviation, search_text=organization_search_text(name, abbreviation)
    )
    session.add(chamber)
    session.flush()
    index_organization(session, chamber)
    title = session.scalar(select(EditionTitle).where(EditionTitle.person_id == person_id))
    title.organization_id = chamber.id
    session.flush()

    assert queries.registrations_page(session, edition_id, Filters(search=search)).total == found
    assert queries.registrations_page(session, edition_id, Filters(search=placed[1].short.lower())).total == 1
    assert queries.registrations_page(session, edition_id, Filters(search=placed[1].short[:5])).total == 1


@pytest.mark.parametrize("search", ["guest", "ann guest", "guest1", "example.org", "guest bay", "nowhere", "guest -"])
@pytest.mark.parametrize("few_rows", [0, 3, 8000])
def test_a_search_finds_the_same_however_common_its_words_are(
    session: DbSession, monkeypatch: pytest.MonkeyPatch, search: str, few_rows: int
) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    for n in range(12):
        sign_up(session, edition_id, applicant(n))
    whole = queries.registrations_page(session, edition_id, Filters(search=search))
    monkeypatch.setattr(search_words, "_FEW_ROWS", few_rows)

    pages = []
    while not pages or pages[-1].has_next:
        number = len(pages) + 1
        page = queries.registrations_page(
            session, edition_id, Filters(search=search), number=number, size=5, must_count=False
        )
        pages.append(page)

    assert [one.id for page in pages for one in page.items] == [one.id for one in whole.items]
    assert pages[-1].total == whole.total
    assert pages[-1].is_counted
    assert all(page.is_counted or page.total == page.number * 5 + 1 for page in pages)


@pytest.mark.parametrize("few_rows", [3, 8, 100])
@pytest.mark.parametrize("search", ["ann", "ann guest", "guest1", "guest bay", "nowhere"])
def test_the_desk_finds_the_same_however_common_the_words_are(
    session: DbSession, monkeypatch: pytest.MonkeyPatch, search: str, few_rows: int
) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    for n in range(12):
        sign_up(session, edition_id, applicant(n))

    def found() -> list[int]:
        return [one.line.id for one in find_at_desk(session, edition_id, search, now=NOW)[0]]

    exact = found()
    monkeypatch.setattr(search_words, "_FEW_ROWS", few_rows)
    monkeypatch.setattr(search_words, "_FEW_AT_DESK", 3)
    assert found() == exact


@pytest.mark.parametrize("search", ["trading", "trading bay"])
@pytest.mark.parametrize("few_rows", [8, 100])
def test_the_desk_sorts_only_the_newest_of_a_crowd(
    session: DbSession, monkeypatch: pytest.MonkeyPatch, few_rows: int, search: str
) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    placed = [sign_up(session, edition_id, applicant(n)).registration_id for n in range(12)]
    monkeypatch.setattr(desk_search, "MOST", 3)
    by_name, are_more = find_at_desk(session, edition_id, search, now=NOW)
    monkeypatch.setattr(search_words, "_FEW_ROWS", few_rows)
    monkeypatch.setattr(search_words, "_FEW_AT_DESK", 8)

    newest, more_newest = find_at_desk(session, edition_id, search, now=NOW)

    assert (are_more, more_newest) == (True, True)
    assert [one.line.id for one in by_name] == [placed[0], placed[1], placed[10]]  # Guest0, Guest1, Guest10
    assert {one.line.id for one in newest} <= set(placed[-4:])


@pytest.mark.parametrize("search", ["guest", "trading", "trading bay", "guest1 bay"])
@pytest.mark.parametrize("few_rows", [4, 100])
def test_a_crowd_of_canceled_people_does_not_hide_the_welcome_ones_at_the_desk(
    session: DbSession, monkeypatch: pytest.MonkeyPatch, search: str, few_rows: int
) -> None:
    """The canceled ones registered last, and have the shorter names."""
    edition_id = make_edition(session)
    make_type(session, edition_id)
    welcome = [sign_up(session, edition_id, applicant(n)).registration_id for n in range(100, 106)]
    for n in range(10, 18):
        registration = session.get_one(Registration, sign_up(session, edition_id, applicant(n)).registration_id)
        registration.status = RegistrationStatus.CANCELLED
    session.flush()
    monkeypatch.setattr(desk_search, "MOST", 3)
    monkeypatch.setattr(search_words, "_FEW_ROWS", few_rows)
    monkeypatch.setattr(search_words, "_FEW_AT_DESK", 3)

    lines, are_more = find_at_desk(session, edition_id, search, now=NOW)

    assert are_more
    assert {one.line.id for one in lines} <= set(welcome)


@pytest.mark.parametrize(
    ("search", "wanted", "crowd"),
    [
        ("chun liu", {"latin_family": "Liu", "latin_given": "Chun"}, {"latin_family": "Liu", "latin_given": "Chunyan"}),
        ("liu chun", {"latin_family": "Liu", "latin_given": "Chun"}, {"latin_family": "Chun", "latin_given": "Liu-An"}),
        ("刘春", {"native_full": "刘春"}, {"native_full": "刘春燕"}),
        ("jose", {"latin_family": "Suarez", "latin_given": "José"}, {"organization": {"en": "Josef Trading"}}),
        ("chuny", {"latin_family": "Liu", "latin_given": "Chunyan"}, {"organization": {"en": "Chunyu Trading"}}),
        ("an@example.org", {"email": "an@example.org"}, {"email": "joan@example.org"}),
        ("213 555 0100", {"phone": "+12135550100"}, {"organization": {"en": "213 555 0100"}}),
    ],
    ids=["given name first", "family name first", "Chinese name", "accents", "beginning", "email", "phone"],
)
def test_a_crowd_does_not_hide_an_exact_match_at_the_desk(
    session: DbSession, monkeypatch: pytest.MonkeyPatch, search: str, wanted: dict[str, Any], crowd: dict[str, Any]
) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    oldest = sign_up(session, edition_id, applicant(0, **wanted)).registration_id
    for n in range(1, 9):
        sign_up(session, edition_id, applicant(n, **crowd))
    monkeypatch.setattr(desk_search, "MOST", 3)
    monkeypatch.setattr(search_words, "_FEW_ROWS", 3)
    monkeypatch.setattr(search_words, "_FEW_AT_DESK", 3)

    matches, are_more = find_at_desk(session, edition_id, search, now=NOW)

    assert (matches[0].line.id, len(matches), are_more) == (oldest, 3, True)


def test_a_single_name_is_not_hidden_by_a_crowd_with_that_family_name(
    session: DbSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    single = 0
    for n in range(16):
        name = {"latin_family": "", "latin_given": "Wang"} if n == 8 else {"latin_family": "Wang"}
        placed = sign_up(session, edition_id, applicant(n, **name)).registration_id
        single = placed if n == 8 else single
    monkeypatch.setattr(desk_search, "MOST", 3)
    monkeypatch.setattr(search_words, "_FEW_ROWS", 3)
    monkeypatch.setattr(search_words, "_FEW_AT_DESK", 3)

    matches, are_more = find_at_desk(session, edition_id, " wang", now=NOW)

    assert (matches[0].line.id, len(matches), are_more) == (single, 3, True)


@pytest.mark.one_database
@pytest.mark.parametrize("search", ["wang", "two words"])
def test_names_that_few_or_none_have_are_looked_up_by_index(session: DbSession, search: str) -> None:
    """With statistics of a registry in which no one has a WeChat name or a single name."""
    edition_id = make_edition(session)
    make_type(session, edition_id)
    for n in range(30):
        sign_up(session, edition_id, applicant(n))
    session.execute(text("ANALYZE"))
    single = func.lower(Person.latin_family + Person.latin_given) == search
    queries_of_people = {
        "ix_person_wechat": by_wechat(search),
        "ix_person_single_name": select(Person.id).where(text(SINGLE_NAME), single),
    }
    if session.connection().dialect.name == "postgresql":
        session.execute(text("SET LOCAL enable_seqscan = off"))  # which so few rows would get
        explain, used = "EXPLAIN", "Index Scan using {index} on person "
    else:
        explain, used = "EXPLAIN QUERY PLAN", "SEARCH person USING INDEX {index} (<expr>=?)"
    for index, query in queries_of_people.items():
        sql = str(query.compile(session.connection(), compile_kwargs={"literal_binds": True}))
        plan = str(session.execute(text(f"{explain} {sql}")).all())
        assert used.format(index=index) in plan


def test_a_crowd_does_not_hide_a_ticket_code_at_the_desk(session: DbSession, monkeypatch: pytest.MonkeyPatch) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    oldest = sign_up(session, edition_id, applicant(0))
    for n in range(1, 9):
        sign_up(session, edition_id, applicant(n, latin_family=f"{oldest.short}n"))
    monkeypatch.setattr(desk_search, "MOST", 3)
    monkeypatch.setattr(search_words, "_FEW_ROWS", 3)
    monkeypatch.setattr(search_words, "_FEW_AT_DESK", 3)

    matches, are_more = find_at_desk(session, edition_id, oldest.short.lower(), now=NOW)

    assert (matches[0].line.id, are_more) == (oldest.registration_id, True)


def test_contacts_out_of_reach_are_no_exact_match_at_the_desk(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    sign_up(session, edition_id, applicant(0, email="an@example.org"))

    assert len(find_at_desk(session, edition_id, "an@example.org", now=NOW)[0]) == 1
    assert find_at_desk(session, edition_id, "an@example.org", details_within=[], now=NOW) == ([], False)


def test_only_a_search_whose_words_are_all_common_stays_uncounted(
    session: DbSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    for n in range(12):
        sign_up(session, edition_id, applicant(n))
    monkeypatch.setattr(search_words, "_FEW_ROWS", 100)
    monkeypatch.setattr(search_words, "_CHECKED_FOR_EACH", 2)

    def is_counted(search: str, *, must_count: bool = False) -> bool:
        filters = Filters(search=search)
        return queries.registrations_page(session, edition_id, filters, size=3, must_count=must_count).is_counted

    assert is_counted("ann")
    monkeypatch.setattr(search_words, "_FEW_ROWS", 8)
    assert not is_counted("ann")
    assert not is_counted("ann bay")
    assert is_counted("ann guest11")
    assert is_counted("ann", must_count=True)


def test_lists_keep_to_their_edition_state_and_type(session: DbSession) -> None:
    one, other = make_edition(session), make_edition(session, "other-2023")
    make_type(session, one, quota=1)
    make_type(session, one, "media")
    make_type(session, other)
    first, second = sign_up(session, one, applicant(1)), sign_up(session, one, applicant(2))
    third = sign_up(session, one, applicant(3), "media")
    elsewhere = sign_up(session, other, applicant(1))

    def ids(edition_id: int, filters: Filters = queries.EVERYONE, **how: Any) -> list[int | None]:
        return [line.id for line in queries.registrations_page(session, edition_id, filters, **how).items]

    assert ids(one) == [third.registration_id, second.registration_id, first.registration_id]
    assert ids(one, Filters(status=(RegistrationStatus.WAITLISTED,))) == [second.registration_id]
    assert ids(one, Filters(type=("media",))) == [third.registration_id]
    assert ids(other) == [elsewhere.registration_id]
    assert ids(one, number=2, size=2) == [first.registration_id]
    for reads in (queries.get_line, queries.get_registration):
        with pytest.raises(NotFound):
            reads(session, one, elsewhere.registration_id)
    assert ids(one, Filters(type=("none",))) == []


def test_counts(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id, quota=1)
    make_type(session, edition_id, "media", position=1)
    placed = [sign_up(session, edition_id, applicant(n)) for n in range(3)]
    register.cancel(session, edition_id, placed[2].registration_id, version=1, actor=HOUSE, now=NOW)
    nothing = dict.fromkeys(RegistrationStatus, 0)
    expected = nothing | {"confirmed": 1, "waitlisted": 1, "cancelled": 1}

    found = queries.counts(session, edition_id)

    assert (found.total, found.by_status) == (3, expected)
    assert [(one.code, one.places, one.by_status) for one in found.by_type] == [
        ("guest", Places(quota=1, taken=1, waiting=1), expected),
        ("media", Places(quota=None), nothing),
    ]


def test_a_revoked_code_finds_nobody_and_a_link_only_its_own(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    placed = sign_up(session, edition_id, applicant())
    assert queries.find_by_link(session, placed.registration_id, 1).person.latin_family == "Guest1"
    assert queries.find_by_link(session, placed.registration_id, 2) is None

    register.cancel(session, edition_id, placed.registration_id, version=1, actor=HOUSE, now=NOW)

    assert queries.get_line(session, edition_id, placed.registration_id).short is None

"""A new edition from an earlier one: what follows, what is refused, and who may."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.errors import AlreadyExists, Forbidden, Invalid, NotFound
from forumapp.domain.accounts.access import access_to
from forumapp.domain.accounts.permissions import Permission, Role
from forumapp.domain.accounts.team.accounts import create_account, let_create_editions
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.audit.models import AuditEvent, AuditValue, Via
from forumapp.domain.audit.services import Actor, Token
from forumapp.domain.cloning.parts import parts_coming, parts_left
from forumapp.domain.cloning.services import clone_edition
from forumapp.domain.forums.calendar.tasks import tick_task
from forumapp.domain.forums.editions.archiving import archive_edition
from forumapp.domain.forums.editions.services import create_edition, create_series, update_edition
from forumapp.domain.forums.hosts.levels import create_level
from forumapp.domain.forums.hosts.services import add_host
from forumapp.domain.forums.models import Edition, EditionHost, Room, Task, Venue
from forumapp.domain.forums.queries import list_hosts
from forumapp.domain.people.records.services import create_organization
from forumapp.domain.printing.queries import edition_head
from forumapp.domain.printing.rules import Options
from forumapp.domain.printing.wording.dates import ordinal_text
from forumapp.domain.retention.models import RetentionRule
from forumapp.domain.retention.rules import Kind
from forumapp.domain.retention.services import set_rule
from tests.domain.conftest import BY, NOW, Forum, edition_values

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

SAID: dict[str, Any] = {"ordinal": 9, "starts_on": date(2027, 5, 24)}


def rows(db: DbSession, kind: Any, edition_id: int) -> list[Any]:
    return list(db.scalars(select(kind).where(kind.edition_id == edition_id).order_by(kind.id)))


def story(db: DbSession) -> Edition:
    """The fourth edition of a series whose first three were in 2016, 2017 and 2018, with its hosts in order."""
    series = create_series(db, code="cc", name={"en": "China-California Business Forum"}, **BY)
    for ordinal, year in enumerate((2016, 2017, 2018, 2019), start=1):
        name = {"en": f"{year} China-California Business Forum", "zh-Hans": f"{year}年中国-加州经贸论坛"}
        days = {"starts_on": date(year, 5, 22), "ends_on": date(year, 5, 22)}
        values = edition_values(series, slug=f"cc-{year}", ordinal=ordinal, year=year, name=name, **days)
        edition = create_edition(db, values, **BY)
    for name in ("Consulate General in LA", "Bay Area Council", "CCCME"):
        office = create_organization(db, {"legal": {"en": name}, "short": {"en": name}}, **BY)
        add_host(db, edition.id, {"organization_id": office.id, "role": "host"}, **BY)
    return edition


def test_the_fifth_from_the_fourth_with_its_number_as_it_is_said(session: DbSession) -> None:
    fourth = story(session)
    said = {"ordinal": 5, "starts_on": date(2023, 5, 22)}

    fifth = clone_edition(session, fourth.id, said, **BY)

    assert (fifth.ordinal, fifth.year, fifth.slug, fifth.status.value) == (5, 2023, "cc-2023", "draft")
    assert fifth.name == {"en": "2023 China-California Business Forum", "zh-Hans": "2023年中国-加州经贸论坛"}
    assert fifth.series_id == fourth.series_id
    hosts = [[(line.name, line.print_order) for line in list_hosts(session, one.id)] for one in (fourth, fifth)]
    assert hosts[0] == hosts[1]
    assert hosts[1][0] == ({"en": "Consulate General in LA"}, 1)
    head = edition_head(session, fifth, Options())
    assert [ordinal_text(head.ordinal or 0, language) for language in head.languages] == ["5th", "第五届"]
    with pytest.raises(AlreadyExists) as refusal:
        clone_edition(session, fourth.id, {**said, "slug": "cc-2023-again"}, **BY)
    assert refusal.value.fields == {"ordinal": "taken"}


def test_days_move_along_and_nothing_of_the_calendar_is_done(session: DbSession, forum: Forum) -> None:
    source = forum.edition
    set_rule(session, source.id, Kind.DIET, source.ends_on + timedelta(days=12), version=0, **forum.by_owner)
    first = rows(session, Task, source.id)[0]
    tick_task(session, source.id, first.id, done=True, version=first.version, **forum.by_owner)

    made = clone_edition(session, source.id, {**SAID, "ends_on": date(2027, 5, 26)}, **forum.by_owner)

    before, after = rows(session, Task, source.id), rows(session, Task, made.id)
    shifts = {one.title["en"]: (one.due_on - source.starts_on, one.due_on - source.ends_on) for one in before}
    assert len(after) == len(before) > 10
    assert all(
        row.due_on - made.starts_on == shifts[row.title["en"]][0]
        or row.due_on - made.ends_on == shifts[row.title["en"]][1]
        for row in after
    )
    assert {row.done_at for row in after} == {None}
    (rule,) = rows(session, RetentionRule, made.id)
    assert (rule.kind, rule.purge_on) == (Kind.DIET, date(2027, 6, 7))


def test_a_day_of_retention_that_made_no_sense_any_more_stays_behind(session: DbSession, forum: Forum) -> None:
    session.add(RetentionRule(edition_id=forum.edition.id, kind=Kind.DIET, purge_on=date(2019, 1, 1)))
    session.flush()

    made = clone_edition(session, forum.edition.id, SAID, **forum.by_owner)

    assert rows(session, RetentionRule, made.id) == []


def test_rooms_stand_in_the_new_venue_and_sponsors_in_the_new_levels(session: DbSession, forum: Forum) -> None:
    level = create_level(session, forum.edition.id, {"en": "Gold"}, **forum.by_owner)
    office = create_organization(session, {"legal": {"en": "Port"}}, **BY)
    values = {"organization_id": office.id, "role": "sponsor", "level_id": level.id}
    add_host(session, forum.edition.id, values, **forum.by_owner)

    made = clone_edition(session, forum.edition.id, SAID, **forum.by_owner)

    (venue,), (room,), (host,) = (rows(session, kind, made.id) for kind in (Venue, Room, EditionHost))
    assert (room.venue_id, venue.id != forum.venue.id) == (venue.id, True)
    assert host.level_id not in (None, level.id)


def test_the_log_says_where_it_came_from(session: DbSession, forum: Forum) -> None:
    made = clone_edition(session, forum.edition.id, SAID, **forum.by_owner)

    query = select(AuditValue.before, AuditValue.after).join(AuditEvent, AuditEvent.id == AuditValue.event_id)
    told = session.execute(query.where(AuditEvent.action == "cloned", AuditEvent.entity_id == made.id)).all()
    assert [tuple(one) for one in told] == [(None, "ccbf-2023")]


def test_an_archived_edition_is_cloned_too_and_who_did_it_owns_the_new_one(session: DbSession, forum: Forum) -> None:
    update_edition(session, forum.edition.id, {"status": "closed"}, version=1, **forum.by_owner)
    archive_edition(session, forum.edition.id, version=2, **forum.by_owner)

    made = clone_edition(session, forum.edition.id, SAID, **forum.by_owner)

    assert access_to(session, made.id, actor=forum.by_owner["actor"]).allows(Permission.EDIT_EDITION)
    assert made.status == "draft"


@pytest.mark.parametrize(
    ("said", "options", "fields"),
    [
        ({"ordinal": 6}, {}, {"ordinal": "taken"}),
        ({"slug": "ccbf-2023"}, {}, {"slug": "taken"}),
        ({"slug": "static"}, {}, {"slug": "reserved"}),
        ({"ends_on": date(2027, 5, 23)}, {}, {"ends_on": "ends-before-start"}),
        ({"name": {"en": "Only English"}}, {}, {"name.zh-Hans": "required"}),
        ({"ordinal": 0}, {}, {"ordinal": "too-small"}),
        ({}, {"without": ["rooms"]}, {"without": "not-an-option"}),
    ],
)
def test_what_is_refused_names_its_field_and_leaves_nothing(
    session: DbSession, forum: Forum, said: dict[str, Any], options: dict[str, Any], fields: dict[str, str]
) -> None:
    with pytest.raises((Invalid, AlreadyExists)) as refusal, session.begin_nested():
        clone_edition(session, forum.edition.id, {**SAID, **said}, **options, **forum.by_owner)

    assert refusal.value.fields == fields
    assert session.query(Edition).count() == 2


WHO = {
    "an owner": (Role.OWNER, False, None, None),
    "a founder who looks on": (Role.VIEWER, True, None, None),
    "the secretariat": (Role.SECRETARIAT, False, None, Forbidden),
    "a founder without a role in it": (None, True, None, NotFound),
    "an owner's token to read": (Role.OWNER, False, Token(1, frozenset({"read"})), Forbidden),
}


@pytest.mark.parametrize(("role", "creates", "token", "refusal"), WHO.values(), ids=WHO)
def test_who_may(
    session: DbSession,
    forum: Forum,
    role: Role | None,
    creates: bool,
    token: Token | None,
    refusal: type[Exception] | None,
) -> None:
    account = create_account(session, email="ina@forum.example", name="Ina", password=None, **BY)
    let_create_editions(session, account, creates=creates, **BY)
    if role:
        grant_role(session, account.id, forum.edition.id, role, **BY)
    by: dict[str, Any] = {"actor": Actor(account.id, Via.API if token else Via.PAGE, token), "now": NOW}

    if refusal is None:
        assert clone_edition(session, forum.edition.id, SAID, **by).ordinal == 9
        return
    with pytest.raises(refusal):
        clone_edition(session, forum.edition.id, SAID, **by)


def test_what_comes_and_what_stays_is_counted_in_one_query_each(session: DbSession, forum: Forum) -> None:
    from tests.web.organizer.house import queries

    access = access_to(session, forum.edition.id, actor=forum.by_owner["actor"])
    edition_id = forum.edition.id
    with queries() as sent:
        coming, left = parts_coming(session, edition_id), parts_left(session, access)

    assert len(sent) == 2
    assert {one.key: one.count for one in coming if one.count} == {"rooms": 1, "venues": 1, "tasks": coming[-1].count}
    assert {one.key for one in coming if one.optional} == {"hosts", "content-pages", "mail-texts", "mail-reminders"}
    assert {one.key: one.count for one in left if one.count} == {"access": 1}


def test_who_sees_only_their_own_is_not_told_how_many_there_are(session: DbSession, forum: Forum) -> None:
    account = create_account(session, email="l@forum.example", name="L", password=None, **BY)
    let_create_editions(session, account, creates=True, **BY)
    grant_role(session, account.id, forum.edition.id, Role.DELEGATION_LIAISON, **BY)

    left = parts_left(session, access_to(session, forum.edition.id, actor=Actor(account.id, Via.PAGE)))

    told = {one.key for one in left if one.count is not None}
    assert told == {"sessions", "agenda-versions"}

"""Archiving an edition, reopening it, and what goes on in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from forumapp.core.errors import Forbidden, NotFound, Stale
from forumapp.domain.accounts.access import Archived, access_to, forget_access, list_editions_of
from forumapp.domain.accounts.permissions import Permission, Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role, take_access_away
from forumapp.domain.audit.models import AuditEvent, Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.forums.editions.archiving import (
    NotArchived,
    StillDraft,
    archive_edition,
    refuse_archived,
    reopen_edition,
)
from forumapp.domain.forums.editions.services import create_edition, update_edition
from forumapp.domain.forums.models import Edition, EditionStatus
from forumapp.domain.forums.queries import get_public_edition
from forumapp.domain.people.records.services import create_person
from forumapp.domain.retention.purging import purge
from forumapp.domain.retention.rules import Kind
from tests.domain.conftest import BY, NOW, Forum, edition_values
from tests.web.organizer.house import queries

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession


@pytest.fixture
def forum(session: DbSession, forum: Forum) -> Forum:
    """Over, and known to everyone."""
    session.execute(update(Edition).where(Edition.id == forum.edition.id).values(status=EditionStatus.CLOSED))
    session.refresh(forum.edition)
    return forum


@pytest.fixture
def archived(session: DbSession, forum: Forum) -> Forum:
    archive_edition(session, forum.edition.id, version=1, **forum.by_owner)
    return forum


def test_a_draft_is_not_archived_since_everyone_could_read_it(session: DbSession, forum: Forum) -> None:
    forum.edition.status = EditionStatus.DRAFT
    session.flush()

    with pytest.raises(StillDraft):
        archive_edition(session, forum.edition.id, version=forum.edition.version, **forum.by_owner)
    with pytest.raises(StillDraft):
        update_edition(
            session, forum.edition.id, {"status": "archived"}, version=forum.edition.version, **forum.by_owner
        )

    with pytest.raises(NotFound):
        get_public_edition(session, forum.edition.slug)


def test_both_steps_are_told_to_the_log_and_refuse_a_stale_look(session: DbSession, forum: Forum) -> None:
    edition = forum.edition
    with pytest.raises(NotArchived):
        reopen_edition(session, edition.id, version=1, **forum.by_owner)
    archive_edition(session, edition.id, version=1, **forum.by_owner)
    with pytest.raises(Archived):
        archive_edition(session, edition.id, version=2, **forum.by_owner)
    with pytest.raises(Stale):
        reopen_edition(session, edition.id, version=1, **forum.by_owner)

    reopen_edition(session, edition.id, version=2, **forum.by_owner)

    assert edition.status.value == "closed"
    events = select(AuditEvent.action).where(AuditEvent.entity == "edition", AuditEvent.entity_id == edition.id)
    assert list(session.scalars(events.order_by(AuditEvent.id)))[-2:] == ["archived", "reopened"]


def test_it_is_known_from_the_one_query_that_asks_for_roles(session: DbSession, archived: Forum) -> None:
    actor, edition_id = archived.by_owner["actor"], archived.edition.id
    forget_access(session)
    with queries() as sent:
        access = access_to(session, edition_id, actor=actor)
        assert list_editions_of(session, actor=actor) == [edition_id]

    assert (access.archived, len(sent)) == (True, 1)


def test_a_status_that_archives_asks_for_what_archiving_asks_for(session: DbSession, forum: Forum) -> None:
    account = create_account(session, email="sec@forum.example", name="Sec", password=None, **BY)
    grant_role(session, account.id, forum.edition.id, Role.SECRETARIAT, **BY)
    by: dict[str, Any] = {"actor": Actor(account.id, Via.PAGE), "now": NOW}

    with pytest.raises(Forbidden) as refusal:
        update_edition(session, forum.edition.id, {"status": "archived"}, version=1, **by)
    update_edition(session, forum.edition.id, {"status": "archived"}, version=1, **forum.by_owner)

    assert refusal.value.details == {"needs": "archive-edition"}
    with pytest.raises(Archived):
        update_edition(session, forum.edition.id, {"status": "open"}, version=2, **by)


def test_people_are_changed_by_those_who_have_an_edition_that_is_not_archived(
    session: DbSession, archived: Forum
) -> None:
    with pytest.raises(Archived):
        create_person(session, {"latin_given": "Ann"}, **archived.by_owner)

    grant_role(session, archived.owner.id, archived.other.id, Role.OWNER, **BY)

    assert create_person(session, {"latin_given": "Ann"}, **archived.by_owner).id


def test_what_goes_on(session: DbSession, archived: Forum) -> None:
    """The public reads it, access is taken away, data goes at its day, and the next edition begins."""
    viewer = create_account(session, email="v@forum.example", name="V", password=None, **BY)
    grant_role(session, viewer.id, archived.edition.id, Role.VIEWER, **BY)

    take_access_away(session, archived.edition.id, viewer.id, version=2, **archived.by_owner)
    purge(session, archived.edition.id, Kind.DIET, now=NOW)
    made = create_edition(session, edition_values(archived.series, slug="next", ordinal=7), **archived.by_owner)

    assert get_public_edition(session, archived.edition.slug).status == "archived"
    assert access_to(session, made.id, actor=archived.by_owner["actor"]).allows(Permission.EDIT_EDITION)
    assert access_to(session, archived.edition.id, actor=Actor(viewer.id, Via.PAGE)).roles == frozenset()


def test_a_signed_link_changes_nothing_in_it(session: DbSession, archived: Forum) -> None:
    refuse_archived(session, archived.other.id)
    with pytest.raises(Archived):
        refuse_archived(session, archived.edition.id)

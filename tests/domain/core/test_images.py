"""Pictures are kept while something names them, or may name them again, and for a while after."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from forumapp.domain.audit.models import AuditEvent, AuditValue
from forumapp.domain.audit.removals import KEPT as REMOVALS_KEPT
from forumapp.domain.audit.removals import forget_removals
from forumapp.domain.audit.services import record
from forumapp.domain.forums.hosts.services import add_host, remove_host, update_host
from forumapp.domain.forums.models import ContentKind, ContentPage, Edition, EditionHost, Venue
from forumapp.domain.images import services
from forumapp.domain.images.checking import check_picture
from forumapp.domain.images.models import Image
from forumapp.domain.people.duplicates.merging import merge
from forumapp.domain.people.models import Kept, Person
from forumapp.domain.people.records.services import create_organization, create_person
from tests.domain.conftest import BY, NOW
from tests.pictures import AI, image, saved

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from tests.domain.conftest import Forum

LATER = NOW + services.KEPT + timedelta(seconds=1)


def keep(session: DbSession, at: Any = NOW) -> int:
    row = services.keep_picture(session, check_picture(AI.encode()), **BY)
    session.execute(update(Image).values(updated_at=at).where(Image.id == row.id))
    return row.id


def clean(session: DbSession, now: Any = LATER) -> list[int]:
    """What is left after the worker's housekeeping."""
    services.forget_unused(session, before=now - services.KEPT, actor=BY["actor"], now=now)
    return list(session.scalars(select(Image.id).order_by(Image.id)))


def new_host(session: DbSession, forum: Forum, **values: Any) -> EditionHost:
    organization = create_organization(session, {"legal": {"en": "Port"}}, **BY)
    given = {"organization_id": organization.id, "role": "host", **values}
    return add_host(session, forum.edition.id, given, **BY)


def test_what_nothing_names_goes_after_its_time_and_the_log_tells(session: DbSession, forum: Forum) -> None:
    old, fresh = keep(session), keep(session, LATER)
    assert clean(session, NOW + services.KEPT) == [old, fresh]
    assert clean(session) == [fresh]
    told = session.scalars(select(AuditEvent).where(AuditEvent.entity == "image").order_by(AuditEvent.id)).all()
    assert [(one.action, one.entity_id) for one in told] == [("created", old), ("created", fresh), ("removed", old)]
    values = session.scalars(select(AuditValue.field).where(AuditValue.event_id == told[-1].id)).all()
    assert "content" not in values


def test_the_photo_of_a_record_that_became_one_with_another_stays(session: DbSession) -> None:
    mine, theirs = keep(session), keep(session)
    kept, gone = (create_person(session, {"latin_family": name}, **BY) for name in ("Liu", "Lau"))
    kept.photo_id, gone.photo_id = mine, theirs
    session.flush()
    record(session, "changed", "person", kept.id, **BY)
    record(session, "changed", "person", gone.id, **BY)
    merge(session, Kept.PERSON, kept.id, gone.id, version=kept.version, gone_version=gone.version, **BY)
    assert clean(session) == [mine, theirs]


@pytest.mark.parametrize("where", ["edition", "host", "venue", "person", "page"])
def test_what_something_names_stays(session: DbSession, forum: Forum, where: str) -> None:
    kept = keep(session)
    if where == "edition":
        session.get_one(Edition, forum.edition.id).logo_id = kept
    elif where == "host":
        new_host(session, forum).logo_id = kept
    elif where == "venue":
        session.get_one(Venue, forum.venue.id).floor_plan_id = kept
    elif where == "person":
        session.get_one(Person, create_person(session, {"latin_given": "Ann"}, **BY).id).photo_id = kept
    else:
        page = {"code": "plan", "kind": ContentKind.OTHER, "picture_id": kept, "position": 1}
        session.add(ContentPage(edition_id=forum.edition.id, **page))
    session.flush()
    assert clean(session) == [kept]


def test_a_removed_host_keeps_its_logo_until_it_can_no_longer_come_back(session: DbSession, forum: Forum) -> None:
    host = new_host(session, forum, logo=check_picture(AI.encode()))
    kept = host.logo_id
    session.execute(update(Image).values(updated_at=NOW - services.KEPT))
    remove_host(session, forum.edition.id, host.id, version=host.version, **BY)
    assert clean(session) == [kept]
    forget_removals(session, before=LATER - REMOVALS_KEPT)
    assert clean(session) == []


def test_another_logo_is_another_row_and_the_time_of_the_first_begins(session: DbSession, forum: Forum) -> None:
    host = new_host(session, forum, logo=check_picture(AI.encode()))
    first = host.logo_id
    day = timedelta(days=50)
    photo = check_picture(saved(image(), "PNG"))
    update_host(session, forum.edition.id, host.id, {"logo": photo}, version=1, actor=BY["actor"], now=NOW + day)
    second = host.logo_id
    assert first != second
    event = session.scalars(
        select(AuditEvent).where(AuditEvent.entity == "edition_host", AuditEvent.action == "changed")
    ).one()
    assert event.fields == ["logo_id"]
    assert clean(session, LATER) == [first, second]
    assert clean(session, LATER + day) == [first, second]
    forget_removals(session, before=LATER + day - REMOVALS_KEPT)
    assert clean(session, LATER + day) == [second]
    update_host(session, forum.edition.id, host.id, {"logo": None}, version=2, **BY)
    assert host.logo_id is None
    update_host(session, forum.edition.id, host.id, {"remark": {"en": "x"}}, version=3, **BY)
    assert host.logo_id is None

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from forumapp.core.errors import AlreadyExists, Forbidden, InUse, Invalid, NotFound, Stale
from forumapp.domain.accounts.access import list_editions_of
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.audit.models import AuditEvent, AuditValue, Via
from forumapp.domain.audit.services import Actor, remove
from forumapp.domain.forums.editions.services import create_edition, update_edition, update_series
from forumapp.domain.forums.hosts.services import add_host, remove_host, update_host
from forumapp.domain.forums.models import Edition, EditionHost, HostRole, Room
from forumapp.domain.forums.queries import get_public_edition, list_hosts
from forumapp.domain.forums.venues.services import create_room, update_room
from forumapp.domain.people.records.services import create_organization
from tests.domain.conftest import BY, NOW, Forum, edition_values

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession


def test_whoever_makes_an_edition_owns_it(session: DbSession, forum: Forum) -> None:
    made = create_edition(session, edition_values(forum.series, slug="next", ordinal=7), **forum.by_owner)
    assert list_editions_of(session, actor=Actor(forum.owner.id, Via.PAGE)) == [forum.edition.id, made.id]


@pytest.mark.parametrize(
    ("changes", "field", "fault"),
    [
        ({"slug": "Not A Slug"}, "slug", "not-a-slug"),
        ({"slug": "organizer"}, "slug", "reserved"),
        ({"zone": "Mars/Olympus"}, "zone", "unknown-zone"),
        ({"languages": ["fr"]}, "languages", "unknown-language"),
        ({"languages": []}, "languages", "unknown-language"),
        ({"name": {"en": "Only English"}}, "name.zh-Hans", "required"),
        ({"ends_on": date(2023, 5, 21)}, "ends_on", "ends-before-start"),
        ({"accent_color": "red"}, "accent_color", "not-a-color"),
        ({"ordinal": 0}, "ordinal", "too-small"),
        ({"series_id": 999}, "series_id", "unknown"),
    ],
)
def test_an_edition_that_is_refused(
    session: DbSession, forum: Forum, changes: dict[str, Any], field: str, fault: str
) -> None:
    values = edition_values(forum.series, **{"slug": "next", "ordinal": 7, **changes})
    with pytest.raises(Invalid) as refusal:
        create_edition(session, values, **BY)
    assert refusal.value.fields == {field: fault}


@pytest.mark.parametrize(
    ("changes", "fields"),
    [({"slug": "next"}, {"ordinal": "taken"}), ({"ordinal": 7}, {"slug": "taken"})],
    ids=["same ordinal", "same slug"],
)
def test_the_same_edition_twice_is_refused(
    session: DbSession, forum: Forum, changes: dict[str, Any], fields: dict[str, str]
) -> None:
    with pytest.raises(AlreadyExists) as refusal:
        create_edition(session, edition_values(forum.series, **changes), **BY)
    assert refusal.value.fields == fields


def test_the_database_refuses_the_same_ordinal_by_itself(session: DbSession, forum: Forum) -> None:
    with pytest.raises(IntegrityError):
        session.execute(text("UPDATE edition SET ordinal = 5 WHERE id = :id"), {"id": forum.other.id})


def test_a_stale_change_changes_nothing(session: DbSession, forum: Forum) -> None:
    first = forum.edition.version
    update_edition(session, forum.edition.id, {"ordinal": 8}, version=first, **BY)
    with pytest.raises(Stale):
        update_edition(session, forum.edition.id, {"ordinal": 9}, version=first, **BY)
    assert session.get(Edition, forum.edition.id).ordinal == 8


def test_a_change_is_logged_field_by_field(session: DbSession, forum: Forum) -> None:
    update_edition(session, forum.edition.id, {"ordinal": 8, "year": 2023}, version=1, **forum.by_owner)
    event = session.scalar(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1))
    assert (event.actor_id, event.via, event.action, event.entity, event.fields, event.at) == (
        forum.owner.id, Via.PAGE, "changed", "edition", ["ordinal"], NOW,
    )  # fmt: skip
    value = session.scalar(select(AuditValue).where(AuditValue.event_id == event.id))
    assert (value.field, value.before, value.after) == ("ordinal", 5, 8)


def test_an_edition_without_a_role_does_not_exist(session: DbSession, forum: Forum) -> None:
    with pytest.raises(NotFound):
        update_edition(session, forum.other.id, {"ordinal": 9}, version=1, **forum.by_owner)


def test_a_room_of_another_edition_does_not_exist(session: DbSession, forum: Forum) -> None:
    grant_role(session, forum.owner.id, forum.other.id, Role.OWNER, actor=Actor(None, Via.COMMAND), now=NOW)
    session.flush()
    with pytest.raises(NotFound):
        update_room(session, forum.other.id, forum.room.id, {"capacity": 1}, version=1, **forum.by_owner)
    values = {"code": "side", "venue_id": forum.venue.id, "name": {"en": "Side"}}
    with pytest.raises(Invalid) as refusal:
        create_room(session, forum.other.id, values, **forum.by_owner)
    assert refusal.value.fields == {"venue_id": "unknown"}


def test_the_database_keeps_editions_apart_by_itself(session: DbSession, forum: Forum) -> None:
    session.add(Room(edition_id=forum.other.id, venue_id=forum.venue.id, code="stray", name={"en": "Stray"}))
    with pytest.raises(IntegrityError):
        session.flush()


def test_strangers_and_accounts_without_a_role_make_no_editions(session: DbSession, forum: Forum) -> None:
    nobody = create_account(session, email="nobody@forum.example", name="Nobody", password=None, **BY)
    for actor in (Actor(None, Via.PAGE), Actor(nobody.id, Via.API)):
        with pytest.raises(Forbidden):
            create_edition(session, edition_values(forum.series, slug="x", ordinal=9), actor=actor, now=NOW)


def test_hosts_stand_by_role_then_in_the_organizers_order(session: DbSession, forum: Forum) -> None:
    for place, (short, role) in enumerate(
        [("Jiangsu", HostRole.GUEST_OF_HONOR), ("Council", HostRole.CO_HOST), ("Consulate", HostRole.CO_HOST)]
    ):
        organization = create_organization(session, {"legal": {"en": f"{short} (legal)"}, "short": {"en": short}}, **BY)
        values = {"organization_id": organization.id, "role": role, "print_order": 10 - place}
        add_host(session, forum.edition.id, values, **BY)
    assert [line.name["en"] for line in list_hosts(session, forum.edition.id)] == ["Consulate", "Council", "Jiangsu"]


@dataclass
class Hosts:
    """Two co-hosts, in the first and second place, and what the second one is."""

    organization_id: int
    other_id: int
    first: EditionHost
    second: EditionHost


@pytest.fixture
def hosts(session: DbSession, forum: Forum) -> Hosts:
    names = ("Consulate", "Council", "Chamber")
    houses = [create_organization(session, {"legal": {"en": name}}, **BY).id for name in names]
    values = [{"organization_id": one, "role": HostRole.CO_HOST} for one in houses[:2]]
    return Hosts(houses[1], houses[2], *(add_host(session, forum.edition.id, one, **BY) for one in values))


def test_a_host_without_a_place_stands_last_in_its_role(session: DbSession, forum: Forum, hosts: Hosts) -> None:
    other = {"organization_id": hosts.organization_id, "role": HostRole.SPONSOR}
    sponsor = add_host(session, forum.edition.id, other, **BY)
    assert (hosts.first.print_order, hosts.second.print_order, sponsor.print_order) == (1, 2, 1)


def test_two_hosts_of_one_role_never_share_a_place(session: DbSession, forum: Forum, hosts: Hosts) -> None:
    same = {"organization_id": hosts.other_id, "role": HostRole.CO_HOST, "print_order": 2}
    with pytest.raises(AlreadyExists) as added:
        add_host(session, forum.edition.id, same, **BY)
    with pytest.raises(AlreadyExists) as moved:
        update_host(session, forum.edition.id, hosts.first.id, {"print_order": 2}, version=1, **BY)
    assert added.value.fields == moved.value.fields == {"print_order": "taken"}
    update_host(session, forum.edition.id, hosts.second.id, {"print_order": 2, "remark": {"en": "x"}}, version=1, **BY)
    assert hosts.second.remark == {"en": "x"}


def test_a_host_is_an_organization_that_is_known(session: DbSession, forum: Forum, hosts: Hosts) -> None:
    with pytest.raises(Invalid) as added:
        add_host(session, forum.edition.id, {"organization_id": 999, "role": HostRole.HOST}, **BY)
    with pytest.raises(Invalid) as moved:
        update_host(session, forum.edition.id, hosts.first.id, {"organization_id": 999}, version=1, **BY)
    assert added.value.fields == moved.value.fields == {"organization_id": "unknown"}


def test_what_is_removed_stays_in_the_log_with_all_that_it_held(session: DbSession, forum: Forum, hosts: Hosts) -> None:
    host_id = hosts.second.id
    with pytest.raises(Stale):
        remove_host(session, forum.edition.id, host_id, version=2, **BY)
    with pytest.raises(NotFound):
        remove_host(session, forum.other.id, host_id, version=1, **BY)
    remove_host(session, forum.edition.id, host_id, version=1, **forum.by_owner)
    assert [line.id for line in list_hosts(session, forum.edition.id)] == [hosts.first.id]
    event = session.scalar(select(AuditEvent).where(AuditEvent.action == "removed"))
    assert (event.entity, event.entity_id, event.edition_id, event.actor_id) == (
        "edition_host", host_id, forum.edition.id, forum.owner.id,
    )  # fmt: skip
    values = session.scalars(select(AuditValue).where(AuditValue.event_id == event.id).order_by(AuditValue.field))
    assert {value.field: (value.before, value.after) for value in values} == {
        "edition_id": (forum.edition.id, None),
        "level_id": (None, None),
        "logo_id": (None, None),
        "organization_id": (hosts.organization_id, None),
        "print_order": (2, None),
        "remark": ({}, None),
        "role": ("co-host", None),
    }


def test_what_something_refers_to_is_not_removed(session: DbSession, forum: Forum) -> None:
    with pytest.raises(InUse) as refusal:
        remove(session, forum.venue, **BY)
    assert refusal.value.details == {"entity": "venue"}


def test_a_series_changes_its_name_and_keeps_one(session: DbSession, forum: Forum) -> None:
    update_series(session, "ccbf", {"name": {"en": "New"}}, version=1, **forum.by_owner)
    assert forum.series.name == {"en": "New"}
    for changes, version, refusal in (
        ({"name": {}}, 2, Invalid),
        ({"name": {"en": "Old"}}, 1, Stale),
    ):
        with pytest.raises(refusal):
            update_series(session, "ccbf", changes, version=version, **BY)
    with pytest.raises(NotFound):
        update_series(session, "none", {}, version=1, **BY)
    with pytest.raises(Forbidden):
        update_series(session, "ccbf", {"name": {"en": "Old"}}, version=2, actor=Actor(None, Via.PAGE), now=NOW)


def test_a_draft_does_not_exist_for_the_public(session: DbSession, forum: Forum) -> None:
    with pytest.raises(NotFound):
        get_public_edition(session, forum.edition.slug)

"""The parts that organizations have in an edition, and the levels of its sponsors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from forumapp.core.errors import AlreadyExists, InUse, Invalid, NotFound, Stale
from forumapp.domain.forums.hosts.levels import bring_back_level, create_level, order_levels, remove_level, rename_level
from forumapp.domain.forums.hosts.services import add_host, bring_back_host, remove_host, update_host
from forumapp.domain.forums.queries import get_host, level_order, list_hosts, list_levels
from forumapp.domain.images.checking import check_picture
from forumapp.domain.people.duplicates.merging import merge, plan_merge
from forumapp.domain.people.duplicates.references import Clash
from forumapp.domain.people.models import Kept, Organization
from forumapp.domain.people.records.services import create_organization
from tests.domain.conftest import BY
from tests.pictures import AI

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import EditionHost
    from tests.domain.conftest import Forum

Add = Any


@pytest.fixture
def add(session: DbSession, forum: Forum) -> Callable[..., EditionHost]:
    def make(name: str, role: str = "sponsor", **values: Any) -> EditionHost:
        organization = create_organization(session, {"legal": {"en": name}}, **BY)
        given = {"organization_id": organization.id, "role": role, **values}
        return add_host(session, forum.edition.id, given, **BY)

    return make


def level(session: DbSession, forum: Forum, name: str) -> int:
    return create_level(session, forum.edition.id, {"en": name}, **BY).id


def names(session: DbSession, forum: Forum) -> list[str]:
    return [line.name["en"] for line in list_hosts(session, forum.edition.id)]


def test_a_line_says_all_that_a_page_or_a_paper_shows(session: DbSession, forum: Forum, add: Add) -> None:
    gold = level(session, forum, "Gold")
    host = add("Port", level_id=gold, logo=check_picture(AI.encode()))
    line = get_host(session, forum.edition.id, host.id)
    assert (line.level_id, line.level, line.logo_id) == (gold, {"en": "Gold"}, host.logo_id)
    assert (line.logo.id, line.logo.media_type, line.logo.width, line.logo.height) == (
        host.logo_id, "image/svg+xml", 1000, 500,
    )  # fmt: skip
    assert get_host(session, forum.edition.id, add("Bay").id).logo is None


def test_an_organization_has_a_role_once_and_any_number_of_roles(session: DbSession, forum: Forum, add: Add) -> None:
    sponsor, media = add("Port"), add("Paper", "media")
    again = {"organization_id": sponsor.organization_id, "role": "sponsor"}
    with pytest.raises(AlreadyExists) as added:
        add_host(session, forum.edition.id, again, **BY)
    with pytest.raises(AlreadyExists) as changed:
        update_host(session, forum.edition.id, media.id, again, version=1, **BY)
    assert added.value.fields == changed.value.fields == {"organization_id": "has-this-role"}
    add_host(session, forum.edition.id, {**again, "role": "host"}, **BY)
    add_host(session, forum.other.id, again, **BY)

    removal = remove_host(session, forum.edition.id, sponsor.id, version=1, **BY)
    add_host(session, forum.edition.id, again, **BY)
    with pytest.raises(AlreadyExists):
        bring_back_host(session, forum.edition.id, removal.id, **BY)


def test_a_level_is_a_sponsors_and_of_the_same_edition(session: DbSession, forum: Forum, add: Add) -> None:
    gold, theirs = level(session, forum, "Gold"), create_level(session, forum.other.id, {"en": "Gold"}, **BY).id
    for role, level_id, fault in (("host", gold, "only-for-sponsors"), ("sponsor", theirs, "unknown")):
        with pytest.raises(Invalid) as refusal:
            add("Port", role, level_id=level_id)
        assert refusal.value.fields == {"level_id": fault}


def test_who_changes_role_or_level_comes_last_there(session: DbSession, forum: Forum, add: Add) -> None:
    gold, silver = level(session, forum, "Gold"), level(session, forum, "Silver")
    first, second, third = (add(name, level_id=of) for name, of in (("A", gold), ("B", silver), ("C", silver)))
    add("D", "host")
    update_host(session, forum.edition.id, first.id, {"level_id": silver}, version=1, **BY)
    assert names(session, forum) == ["D", "B", "C", "A"]
    update_host(session, forum.edition.id, second.id, {"role": "host"}, version=1, **BY)
    assert (second.level_id, names(session, forum)) == (None, ["D", "B", "C", "A"])
    update_host(session, forum.edition.id, third.id, {"remark": {"en": "x"}}, version=1, **BY)
    assert (third.level_id, third.print_order, names(session, forum)) == (silver, 3, ["D", "B", "C", "A"])
    with pytest.raises(Invalid):
        update_host(session, forum.edition.id, second.id, {"level_id": gold}, version=2, **BY)


def test_levels_are_named_ordered_and_removed_while_nobody_has_them(session: DbSession, forum: Forum, add: Add) -> None:
    gold, silver, kind = (level(session, forum, name) for name in ("Gold", "Silver", "In-kind"))
    host = add("Port", level_id=silver)
    with pytest.raises(Invalid):
        create_level(session, forum.edition.id, {"en": ""}, **BY)
    with pytest.raises(Invalid):
        rename_level(session, forum.edition.id, gold, {}, version=1, **BY)
    rename_level(session, forum.edition.id, gold, {"en": "Platinum", "zh-Hans": "白金"}, version=1, **BY)
    version = level_order(session, forum.edition.id).version
    order_levels(session, forum.edition.id, [kind, silver, gold], version=version, **BY)
    assert [one.name["en"] for one in list_levels(session, forum.edition.id)] == ["In-kind", "Silver", "Platinum"]
    with pytest.raises(Stale):
        order_levels(session, forum.edition.id, [gold, silver, kind], version=version, **BY)

    with pytest.raises(InUse) as refusal:
        remove_level(session, forum.edition.id, silver, version=1, **BY)
    assert refusal.value.details["by"] == {"edition_host": 1}
    with pytest.raises(NotFound):
        remove_level(session, forum.other.id, gold, version=1, **BY)
    remove_host(session, forum.edition.id, host.id, version=1, **BY)
    removal = remove_level(session, forum.edition.id, silver, version=1, **BY)
    other = level(session, forum, "Bronze")
    assert [one.id for one in list_levels(session, forum.edition.id)] == [kind, gold, other]
    bring_back_level(session, forum.edition.id, removal.id, **BY)
    assert [one.id for one in list_levels(session, forum.edition.id)] == [kind, silver, gold, other]


def test_a_level_whose_place_is_taken_comes_back_last(session: DbSession, forum: Forum) -> None:
    gold = level(session, forum, "Gold")
    removal = remove_level(session, forum.edition.id, gold, version=1, **BY)
    silver = level(session, forum, "Silver")
    bring_back_level(session, forum.edition.id, removal.id, **BY)
    assert [one.name["en"] for one in list_levels(session, forum.edition.id)] == ["Silver", "Gold"]
    assert list_levels(session, forum.edition.id)[0].id == silver


@pytest.mark.parametrize(
    ("kept", "gone", "in_the_end"),
    [
        (["host"], ["co-host"], [("host", 2)]),
        (["co-host"], ["host"], [("host", 2)]),
        (["co-host"], ["co-host"], [("co-host", 1)]),
        (["host", "supporter"], ["co-host", "supporter", "media"], [("host", 2), ("supporter", 1), ("media", 1)]),
        (["supporter"], ["host"], [("host", 2), ("supporter", 1)]),
    ],
)
def test_two_hosts_that_become_one_host_once(
    session: DbSession, forum: Forum, add: Add, kept: list[str], gone: list[str], in_the_end: list[tuple[str, int]]
) -> None:
    """Under the role that counts for more, in its place, and they can be changed afterwards."""
    add("Other", "host")
    rows = {}
    for name, roles in (("Port", kept), ("Harbor", gone)):
        first, *others = [add(name, roles[0])]
        for role in roles[1:]:
            given = {"organization_id": first.organization_id, "role": role}
            others.append(add_host(session, forum.edition.id, given, **BY))
        rows[name] = [first, *others]
    port, harbor = (session.get_one(Organization, rows[name][0].organization_id) for name in rows)
    plan = plan_merge(session, Kept.ORGANIZATION, port.id, harbor.id, actor=BY["actor"])
    absorbed = {move.row_id for move in plan.moves if move.clash is Clash.ABSORB}

    merge(session, Kept.ORGANIZATION, port.id, harbor.id, version=port.version, gone_version=harbor.version, **BY)

    lines = [line for line in list_hosts(session, forum.edition.id) if line.organization_id == port.id]
    assert [(str(line.role), line.print_order) for line in lines] == in_the_end
    assert not absorbed & {line.id for line in lines}
    assert len(absorbed) == len(kept) + len(gone) - len(lines)
    for line in lines:
        update_host(session, forum.edition.id, line.id, {"remark": {"en": "R"}}, version=line.version, **BY)

"""The page of hosts and sponsors: adding, ordering, levels, logos."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.forums.hosts.levels import create_level
from forumapp.domain.forums.hosts.services import add_host
from forumapp.domain.forums.models import EditionHost, HostRole, SponsorLevel
from forumapp.domain.forums.queries import list_hosts
from forumapp.domain.images.models import Image
from forumapp.domain.people.models import Organization
from forumapp.domain.people.records.services import create_organization
from tests.pictures import AI, halves, photo, saved
from tests.web.organizer.house import BY, HOME, browser_as, queries, row, rows

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.web.organizer.house import Browser, House

HOSTS = f"{HOME}/hosts"


def add(house: House, name: str, role: str = "sponsor", **values: Any) -> int:
    with transaction() as db:
        organization = create_organization(db, {"legal": {"en": name, "zh-Hans": f"{name}（中）"}}, **BY)
        given = {"organization_id": organization.id, "role": role, **values}
        return add_host(db, house.edition_id, given, **BY).id


def level(house: House, name: str) -> int:
    with transaction() as db:
        return create_level(db, house.edition_id, {"en": name}, **BY).id


def order(house: House) -> list[int]:
    with transaction() as db:
        return [line.id for line in list_hosts(db, house.edition_id)]


def form(**values: Any) -> dict[str, Any]:
    given = {
        "role": "sponsor",
        "organization_id": "",
        "organization_id.text": "",
        "remark.en": "",
        "remark.zh-Hans": "",
    }
    return given | {name.replace("__", "."): value for name, value in values.items()}


def file(content: bytes, name: str = "logo.png") -> tuple[BytesIO, str]:
    return BytesIO(content), name


def ids_sent(page: str) -> list[str]:
    return re.findall(r'name="ids" value="(\d+)" form="order-hosts"', page)


def version_of(page: str, form_id: str = "order-hosts") -> str:
    found = re.search(rf'id="{form_id}".*?name="version" value="(\d+)"', page, re.DOTALL)
    assert found
    return found[1]


def test_a_host_is_added_from_those_that_are_known(house: House, owner: Browser) -> None:
    gold = level(house, "Gold")
    sent = form(
        organization_id=house.organization_id, organization_id__text="Port of Oakland", level_id=gold,
        remark__en="Since 2012", remark__zh="", logo=file(AI.encode(), "logo.svg"),
    )  # fmt: skip
    made = owner.send(f"{HOSTS}/new?role=sponsor&level={gold}", sent)
    assert (made.status_code, made.location) == (302, HOSTS)
    host = rows(select(EditionHost).where(EditionHost.role == HostRole.SPONSOR))[0]
    assert (host.organization_id, host.level_id, host.remark) == (house.organization_id, gold, {"en": "Since 2012"})
    assert rows(select(Image.media_type)) == ["image/svg+xml"]
    page = owner.get(HOSTS).text
    assert "Sponsor · Gold" in page
    assert f'src="/organizer/forum/images/{host.logo_id}"' in page


@pytest.mark.parametrize(("typed", "language"), [("Bay Area Council", "en"), ("湾区委员会", "zh-Hans")])
def test_an_organization_that_is_new_is_added_on_the_way(
    house: House, owner: Browser, typed: str, language: str
) -> None:
    sent = form(role="host", organization_id="new", organization_id__text=typed)
    assert owner.send(f"{HOSTS}/new", sent).status_code == 302
    made = rows(select(Organization).order_by(Organization.id.desc()))[0]
    assert made.legal == {language: typed}
    assert rows(select(EditionHost.organization_id).where(EditionHost.print_order == 2)) == [made.id]


def kept(page: TestResponse) -> dict[str, str]:
    """What the form holds of a picture that was chosen and is not saved."""
    return dict(re.findall(r'name="(logo\.kept)" value="([^"]+)"', page.text))


def test_what_is_wrong_is_told_and_the_picture_waits_for_the_form(house: House, owner: Browser) -> None:
    nothing = owner.send(f"{HOSTS}/new", form(logo=file(photo())))
    assert nothing.status_code == 422
    assert 'href="#f-organization_id"' in nothing.text
    assert ("1 thing needs your attention" in nothing.text, list(kept(nothing))) == (True, ["logo.kept"])
    known = {"organization_id": house.organization_id, "organization_id.text": "Port of Oakland"}
    for content in (b"<html></html>", b""):
        page = owner.send(f"{HOSTS}/new", {**form(role="sponsor"), **known, "logo": file(content)})
        assert "This is not a picture that can be shown." in page.text
    again = owner.send(f"{HOSTS}/new", {**form(role="host"), **known, "logo": file(photo())})
    assert "This organization has this role already." in again.text
    assert rows(select(Image.id)) == []
    third = owner.send(f"{HOSTS}/new", {**form(role="host"), **known, **kept(again)})
    assert (third.status_code, kept(third)) == (422, kept(again))  # it goes on waiting
    strange = {**form(role="supporter"), **known, "logo.kept": "guessed"}
    assert "Choose the picture again" in owner.send(f"{HOSTS}/new", strange).text
    assert owner.send(f"{HOSTS}/new", {**form(role="supporter"), **known, **kept(again)}).status_code == 302
    logo = rows(select(EditionHost.logo_id).order_by(EditionHost.id.desc()))[0]
    assert rows(select(Image.id)) == [logo]


def test_no_two_levels_are_called_alike_and_nobody_hosts_twice(house: House, owner: Browser) -> None:
    gold = level(house, "Gold")
    again = owner.send(f"{HOSTS}/levels/new", {"name.en": "gold", "name.zh-Hans": "金"})
    assert again.status_code == 422
    assert "Another one has this already." in again.text
    assert (
        owner.send(f"{HOSTS}/levels/{gold}", {"name.en": "Gold", "name.zh-Hans": "金", "version": "1"}).status_code
        == 302
    )
    known = {"organization_id": house.organization_id, "organization_id.text": "Port of Oakland"}
    both = owner.send(f"{HOSTS}/new", {**form(role="co-host"), **known})
    assert "It cannot be both." in both.text
    assert owner.send(f"{HOSTS}/new", {**form(role="organizer"), **known}).status_code == 302


def test_a_name_that_nothing_bears_is_asked_about(owner: Browser) -> None:
    page = owner.send(f"{HOSTS}/new", form(role="host", organization_id__text="Nobody of Nowhere"))
    assert page.status_code == 422
    assert "say that it is to be added" in page.text


def test_a_logo_is_replaced_kept_and_removed(house: House, owner: Browser) -> None:
    host_id = add(house, "Port")
    page = f"{HOSTS}/{host_id}"

    def send(**values: Any) -> TestResponse:
        host = row(EditionHost, host_id)
        named = {"organization_id": host.organization_id, "organization_id.text": "Port"}
        return owner.send(page, {**form(version=host.version, **values), **named})

    assert send(logo=file(photo(6), "me.jpg")).status_code == 302
    first = row(EditionHost, host_id).logo_id
    assert f'name="logo.id" value="{first}"' in owner.get(page).text
    assert send(remark__en="x").status_code == 302
    assert row(EditionHost, host_id).logo_id == first
    assert send(logo=file(saved(halves(), "PNG"))).status_code == 302
    second = row(EditionHost, host_id).logo_id
    assert second != first
    assert send(logo__remove="1").status_code == 302
    assert row(EditionHost, host_id).logo_id is None
    stale = owner.send(
        page,
        {**form(version="1", remark__en="mine", logo=file(photo()))}
        | {"organization_id": row(EditionHost, host_id).organization_id, "organization_id.text": "Port"},
    )
    assert stale.status_code == 412
    assert "the picture that you chose" in stale.text
    assert send(remark__en="mine", **kept(stale)).status_code == 302
    assert row(EditionHost, host_id).logo_id not in (None, first, second)


def test_who_is_no_sponsor_any_more_has_no_level(house: House, owner: Browser) -> None:
    gold = level(house, "Gold")
    host_id = add(house, "Port", level_id=gold)
    known = {"organization_id": row(EditionHost, host_id).organization_id, "organization_id.text": "Port"}
    sent = owner.send(f"{HOSTS}/{host_id}", {**form(role="organizer", version="1", level_id=gold), **known})
    assert sent.status_code == 302
    assert (row(EditionHost, host_id).role, row(EditionHost, host_id).level_id) == ("organizer", None)


def test_hosts_are_put_in_order_by_steps_and_as_a_whole(house: House, owner: Browser) -> None:
    gold, silver = level(house, "Gold"), level(house, "Silver")
    host = order(house)[0]
    c, a, b = add(house, "C", level_id=silver), add(house, "A", level_id=gold), add(house, "B", level_id=gold)
    page = owner.get(HOSTS).text
    assert ids_sent(page) == [str(one) for one in (host, a, b, c)]

    sent = {"ids": ids_sent(page), "version": version_of(page), "down": a}
    moved = owner.send(HOSTS, sent, to=f"{HOSTS}/order")
    assert (moved.status_code, moved.location) == (302, f"{HOSTS}#row-{a}")
    assert order(house) == [host, b, a, c]

    stale = owner.send(HOSTS, {**sent, "ids": [host, a, b, c], "down": b}, to=f"{HOSTS}/order")
    assert stale.status_code == 412
    assert "Someone else changed the order in the meantime" in stale.text
    theirs = re.findall(r"<li>([^<]+)</li>", stale.text.split('class="order-theirs"')[1].split("</ol>")[0])
    assert theirs == ["Port of Oakland", "B", "A", "C"]
    assert order(house) == [host, b, a, c]
    over = {"ids": [c, a, b, host], "version": version_of(stale.text)}
    assert owner.send(HOSTS, over, to=f"{HOSTS}/order").status_code == 302
    assert order(house) == [host, a, b, c]
    assert owner.send(HOSTS, {**over, "ids": [a]}, to=f"{HOSTS}/order").status_code in (412, 422)


def test_levels_are_added_renamed_ordered_and_kept_while_they_have_sponsors(house: House, owner: Browser) -> None:
    for name in ("Gold", "Silver"):
        made = owner.send(f"{HOSTS}/levels/new", {"name.en": name, "name.zh-Hans": ""})
        assert (made.status_code, made.location) == (302, f"{HOSTS}#levels")
    gold, silver = rows(select(SponsorLevel.id).order_by(SponsorLevel.position))
    renamed = owner.send(f"{HOSTS}/levels/{gold}", {"name.en": "Gold", "name.zh-Hans": "金", "version": "1"})
    assert renamed.status_code == 302
    assert row(SponsorLevel, gold).name == {"en": "Gold", "zh-Hans": "金"}
    page = owner.get(HOSTS).text
    sent = {"ids": [gold, silver], "version": version_of(page, "order-levels"), "up": silver}
    assert owner.send(HOSTS, sent, to=f"{HOSTS}/levels/order").location == f"{HOSTS}#levels"
    assert rows(select(SponsorLevel.id).order_by(SponsorLevel.position)) == [silver, gold]
    stale = owner.send(HOSTS, {**sent, "up": ""}, to=f"{HOSTS}/levels/order")
    assert stale.status_code == 412
    assert "order-theirs" in stale.text
    add(house, "Port", level_id=silver)
    kept = owner.send(HOSTS, {"version": "2"}, to=f"{HOSTS}/levels/{silver}/remove")
    assert "It was not removed because it is in use: 1 sponsor." in owner.get(kept.location).text
    nameless = owner.send(f"{HOSTS}/levels/new", {"name.en": "", "name.zh-Hans": ""})
    assert nameless.status_code == 422


def test_a_viewer_sees_the_order_and_nothing_to_change_it_by(house: House) -> None:
    add(house, "Port", logo=None)
    level(house, "Gold")
    viewer = browser_as(house, Role.VIEWER)
    page = viewer.get(HOSTS).text
    assert "Port of Oakland" in page
    for part in ("order-step", "data-order", "hosts/new", "levels/new", '/remove"'):
        assert part not in page
    assert "You can view this, but not change it." in viewer.get(f"{HOSTS}/{order(house)[0]}").text


def test_the_list_asks_as_many_questions_for_many_as_for_few(house: House, owner: Browser) -> None:
    add(house, "A")
    with queries() as few:
        owner.get(HOSTS)
    for name in "BCDE":
        add(house, name, level_id=level(house, name))
    with queries() as many:
        owner.get(HOSTS)
    assert len(many) == len(few)

"""A delegation's own pages: what it is, who supports it, who is what in it, and who is put into it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.delegations.hotel.services import create_rooms
from forumapp.domain.delegations.hotel.stays import add_stay
from forumapp.domain.delegations.itineraries.items import add_itinerary_item
from forumapp.domain.delegations.itineraries.places import create_place
from forumapp.domain.delegations.members.roster import list_supporters
from forumapp.domain.delegations.members.services import update_delegation
from forumapp.domain.delegations.models.audiences import ItemPerson
from forumapp.domain.delegations.models.delegations import Delegation
from forumapp.domain.delegations.queries import get_delegation, members_page
from forumapp.domain.proofs.readiness import Gap, readiness
from tests.web.organizer.house import BY, ZONE, add_registration, browser_as, group

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

DAYS = (date(2023, 5, 22), date(2023, 5, 22))
OWN = "/organizer/forum/delegations/js"


def members(house: House) -> list[tuple[str, str]]:
    with transaction() as db:
        page = members_page(db, get_delegation(db, house.edition_id, "js"))
        return [(one.name.latin, one.role) for one in page.items]


def test_a_liaison_changes_what_the_delegation_is_and_never_its_places(house: House) -> None:
    liaison = group(house, "js", "Jiangsu", "Liu").liaison
    page = liaison.get(f"{OWN}/edit")

    assert 'name="quota"' not in page.text
    sent = {"name.en": "Jiangsu", "name.zh-Hans": "江苏代表团", "arrives_on": "2023-05-20", "departs_on": "2023-05-27"}
    answer = liaison.send(f"{OWN}/edit", {**sent, "quota": "500", "version": version_in(page.text)})

    assert answer.status_code == 302
    with transaction() as db:
        row = db.execute(select(Delegation.name, Delegation.arrives_on, Delegation.quota).filter_by(code="js")).one()
        assert (row.name["zh-Hans"], row.arrives_on.isoformat(), row.quota) == ("江苏代表团", "2023-05-20", 40)


def test_it_has_one_head_and_whoever_comes_next_is_told(owner: Browser, house: House) -> None:
    first, second = add_registration(house, "Wang"), add_registration(house, "Zhao")
    assert owner.send(f"{OWN}/members/new", {"registrations": [first, second]}).status_code == 302
    ids = [link.split('"')[0] for link in owner.get(OWN).text.split(f'href="{OWN}/members/')[1:]]
    wang, zhao = [one for one in ids if one.isdecimal()]

    assert owner.send(f"{OWN}/members/{wang}", {"role": "head", "version": "1"}).status_code == 302
    refused = owner.send(f"{OWN}/members/{zhao}", {"role": "head", "version": "1"})

    assert (refused.status_code, "has a head already" in refused.text) == (422, True)
    assert [role for _name, role in members(house)] == ["head", "member"]


def test_more_than_the_open_places_are_not_put_in_and_nobody_of_them_is(owner: Browser, house: House) -> None:
    page = owner.get(f"{OWN}/edit").text
    sent = {"name.en": "Jiangsu", "quota": "1", "version": version_in(page)}
    assert owner.send(f"{OWN}/edit", sent).status_code == 302
    both = [add_registration(house, name) for name in ("Wang", "Zhao")]

    refused = owner.send(f"{OWN}/members/new", {"registrations": both})

    assert (refused.status_code, "The delegation “Jiangsu” does not have enough spots left." in refused.text) == (
        422,
        True,
    )
    assert members(house) == []
    assert owner.send(f"{OWN}/members/new", {"registrations": both[:1]}).status_code == 302
    assert "1 of 1 places · 0 open" in owner.get(OWN).text


def test_supporters_are_named_once_and_taken_away_with_a_way_back(house: House) -> None:
    owner = browser_as(house, Role.OWNER)
    name = {"organization_id": str(house.organization_id), "organization_id.text": typed(owner, house)}
    assert owner.send(f"{OWN}/supporters/new", name).status_code == 302
    assert owner.send(f"{OWN}/supporters/new", name).status_code == 422
    with transaction() as db:
        (line,) = list_supporters(db, get_delegation(db, house.edition_id, "js"))

    gone = owner.send(OWN, {"version": "1"}, to=f"{OWN}/supporters/{line.id}/remove")

    assert gone.status_code == 302
    page = owner.get(OWN).text
    assert "Undo" in page
    back = page.split('action="')[1:]
    restore = next(one.split('"')[0] for one in back if "/restore" in one.split('"')[0])
    assert owner.send(OWN, to=restore).location.endswith(OWN)
    with transaction() as db:
        assert len(list_supporters(db, get_delegation(db, house.edition_id, "js"))) == 1


def test_readiness_says_who_lacks_what_and_how_many_do(owner: Browser, house: House) -> None:
    wang, zhao = (add_registration(house, name) for name in ("Wang", "Zhao"))
    owner.send(f"{OWN}/members/new", {"registrations": [wang, zhao]})
    with transaction() as db:
        there = {"kind": "flight", "title": {"en": "There"}}
        days = ((20, "Asia/Shanghai"), (20, ZONE)), ((26, ZONE), (27, "Asia/Shanghai"))
        for start, end in days:
            span = Span(*(Moment(datetime(2023, 5, day, 13), zone) for day, zone in (start, end)))
            item = add_itinerary_item(db, get_delegation(db, house.edition_id, "js"), there, span, **BY)
            of = {"edition_id": house.edition_id, "item_id": item.id, "registration_id": zhao}
            db.execute(delete(ItemPerson).where(ItemPerson.item_id == item.id))
            db.execute(insert(ItemPerson).values(**of, created_at=BY["now"], updated_at=BY["now"]))
        jiangsu = get_delegation(db, house.edition_id, "js")
        inn = create_place(db, house.edition_id, {"kind": "hotel", "name": {"en": "Inn"}, "zone": ZONE}, **BY)
        nights = {"check_in": date(2023, 5, 20), "check_out": date(2023, 5, 26)}
        [room] = create_rooms(db, jiangsu, {"place_id": inn.id, "kind": "single", **nights}, **BY)
        add_stay(db, room, zhao, {}, **BY)
        found = readiness(db, jiangsu, list(Gap), DAYS)
    assert [(one.name.latin, [str(gap) for gap in one.missing]) for one in found.page.items] == [
        ("Wang", ["flight", "room", "photo", "proof"]),
        ("Zhao", ["photo", "proof"]),
    ]
    assert (found.members, found.ready, found.counts[Gap.FLIGHT], found.counts[Gap.TITLE]) == (2, 0, 1, 0)
    with transaction() as db:  # who comes and goes earlier than the others
        early = {"arrives_on": date(2023, 5, 10), "departs_on": date(2023, 5, 20)}
        jiangsu = get_delegation(db, house.edition_id, "js")
        update_delegation(db, house.edition_id, jiangsu.id, early, version=jiangsu.version, **BY)
        assert readiness(db, jiangsu, list(Gap), DAYS).counts[Gap.FLIGHT] == 2
        late = {"arrives_on": date(2023, 5, 20), "departs_on": date(2023, 5, 26)}
        update_delegation(db, house.edition_id, jiangsu.id, late, version=jiangsu.version, **BY)
        assert readiness(db, jiangsu, list(Gap), (DAYS[0] - timedelta(9), DAYS[1])).counts[Gap.FLIGHT] == 1
    page = owner.get(f"{OWN}/readiness?missing=flight").text
    assert (f"/registrations/{wang}" in page, f"/registrations/{zhao}" in page) == (True, False)


def typed(owner: Browser, house: House) -> str:
    found = owner.get("/organizer/suggestions/organizations?q=oakland").json["items"]
    return next((one["label"] for one in found if one["id"] == house.organization_id), "")


def version_in(page: str) -> str:
    return page.split('name="version" value="')[1].split('"', maxsplit=1)[0]

"""What every collection does alike, by a table of them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from forumapp.core.database.db import db

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Api

Body = dict[str, Any]
ZONE = "America/Los_Angeles"


def at(hour: int) -> Body:
    return {"wall": f"2023-05-22T{hour:02}:00:00", "zone": ZONE}


def nothing(api: Api) -> Body:
    return {}


def a_venue(api: Api) -> Body:
    body = {"code": "main", "name": {"en": "Hotel"}, "zone": ZONE}
    return {"venue_id": api.post("/editions/mine/venues", body).json["id"]}


def an_organization(api: Api) -> Body:
    return {"organization_id": api.post("/organizations", {"legal": {"en": "Council"}}).json["id"]}


def a_delegation(api: Api) -> Body:
    body = {"code": "cccme", "name": {"en": "CCCME"}}
    api.post("/editions/mine/delegations", body)
    return {"delegation": "cccme"}


def a_partition(api: Api) -> Body:
    body = {**a_delegation(api), "kind": "visit", "name": {"en": "Visits"}}
    return {"partition_id": api.post("/editions/mine/partitions", body).json["id"]}


def a_hotel(api: Api) -> Body:
    body = {"code": "inn", "kind": "hotel", "name": {"en": "Inn"}, "zone": "UTC"}
    return {**a_delegation(api), "place_id": api.post("/editions/mine/itinerary-places", body).json["id"]}


@dataclass(frozen=True)
class Collection:
    """`body` makes the n-th record; `change` is a PATCH of it, or None where nothing can be changed."""

    path: str
    body: Callable[[int], Body]
    change: Body | None
    located_by: str = "id"
    needs: Callable[[Api], Body] = nothing
    public: bool = False

    def create(self, api: Api, number: int = 1) -> Any:
        return api.post(self.path, {**self.body(number), **self.needs_once(api)})

    def needs_once(self, api: Api) -> Body:
        known = vars(api).setdefault("_made", {})
        if self.path not in known:
            known[self.path] = self.needs(api)
        return dict(known[self.path])


NAME = {"en": "Changed", "zh-Hans": "已改"}
ROLES = ("host", "co-host", "organizer", "supporter", "guest-of-honor", "media")
OF_EDITION = [
    Collection(
        "/editions/mine/hosts",
        lambda n: {"role": ROLES[n % len(ROLES)], "print_order": n, "remark": {"en": "Sample", "zh-Hans": "示例"}},
        {"role": "sponsor", "print_order": 7},
        needs=an_organization,
        public=True,
    ),
    Collection(
        "/editions/mine/sponsor-levels",
        lambda n: {"name": {"en": f"Level {n}", "zh-Hans": f"{n}级"}},
        {"name": NAME},
    ),
    Collection(
        "/editions/mine/venues",
        lambda n: {
            "code": f"venue-{n}",
            "name": {"en": "Hotel", "zh-Hans": "酒店"},
            "zone": ZONE,
            "map_url": "https://maps.example/hotel",
        },
        {"name": NAME, "address": NAME, "map_url": None},
    ),
    Collection(
        "/editions/mine/rooms",
        lambda n: {"code": f"room-{n}", "name": {"en": "Ballroom"}, "capacity": 100, "layouts": {"theater": 100}},
        {"name": NAME, "capacity": 80, "layouts": {"banquet": 80, "u-shape": 30}},
        needs=a_venue,
    ),
    Collection(
        "/editions/mine/content-pages",
        lambda n: {
            "code": f"page-{n}",
            "kind": "emergency",
            "title": {"en": "In an emergency", "zh-Hans": "紧急情况"},
            "body": {"en": "Call **911**."},
            "in_program": True,
        },
        {"title": NAME, "body": NAME, "on_site": True, "kind": "practical"},
        located_by="code",
    ),
    Collection(
        "/editions/mine/sessions",
        lambda n: {"code": f"s{n}", "title": {"en": "Opening"}, "kind": "opening", "start": at(9), "end": at(10)},
        {"title": NAME, "status": "tentative"},
    ),
    Collection(
        "/editions/mine/tracks",
        lambda n: {"code": f"track-{n}", "name": {"en": "Trade", "zh-Hans": "贸易"}, "color": "#1f4e79"},
        {"name": NAME, "color": "#ABCDEF", "position": 3},
    ),
    Collection(
        "/editions/mine/precedence-lists",
        lambda n: {"scope": f"seating-{n}", "name": {"en": "Seating", "zh-Hans": "座次"}},
        {"name": NAME},
        located_by="scope",
    ),
    Collection(
        "/editions/mine/delegations",
        lambda n: {"code": f"d{n}", "name": {"en": "Jiangsu", "zh-Hans": "江苏"}, "quota": 10},
        {"name": NAME, "quota": None},
        located_by="code",
    ),
    Collection(
        "/editions/mine/partitions",
        lambda n: {"kind": "coach", "name": {"en": f"Coaches {n}", "zh-Hans": "乘车"}},
        {"name": NAME, "kind": "visit", "split_item_id": None},
        needs=a_delegation,
    ),
    Collection(
        "/editions/mine/delegation-groups",
        lambda n: {"code": f"group-{n}", "name": {"en": "Coach", "zh-Hans": "一车"}},
        {"name": NAME, "position": 3},
        needs=a_partition,
    ),
    Collection(
        "/editions/mine/hotel-rooms",
        lambda n: {"kind": "twin", "check_in": "2023-05-20", "check_out": "2023-05-26", "number": f"50{n}"},
        {"number": "", "requests": NAME, "capacity": 3},
        needs=a_hotel,
    ),
    Collection(
        "/editions/mine/badge-stocks",
        lambda n: {
            "code": f"cards-{n}",
            "name": {"en": "Cards", "zh-Hans": "卡片"},
            "page_width": 210,
            "page_height": 297,
            "width": 90,
            "height": 55,
            "columns": 2,
            "rows": 5,
            "pitch_y": 55.5,
        },
        {"name": NAME, "left": 10, "radius": 3.5},
    ),
    Collection(
        "/editions/mine/badge-printers",
        lambda n: {"code": f"desk-{n}", "name": {"en": "Desk"}, "offset_x": 0.5, "offset_y": -1},
        {"name": NAME, "offset_y": 0},
    ),
    Collection(
        "/editions/mine/vehicles",
        lambda n: {"code": f"coach-{n}", "kind": "coach", "name": {"en": "Coach", "zh-Hans": "大巴"}, "seats": 52},
        {"name": NAME, "plate": "8ABC123", "seats": 45},
    ),
    Collection(
        "/editions/mine/itinerary-items",
        lambda n: {"kind": "meal", "title": {"en": f"Lunch {n}"}, "start": at(12), "end": at(13)},
        {"title": NAME, "open_to_press": True},
        needs=a_delegation,
    ),
]
ACROSS = [
    Collection(
        "/series", lambda n: {"code": f"series-{n}", "name": {"en": "Forum"}}, {"name": NAME}, located_by="code"
    ),
    Collection(
        "/people",
        lambda n: {"latin_family": f"Liu{n}", "latin_given": "Chun", "native_full": "刘春"},
        {"call_name": "Spring", "phone": "+1 213 555 0100"},
    ),
    Collection("/organizations", lambda n: {"legal": {"en": f"Chamber {n}"}}, {"short": NAME}),
]
ALL = OF_EDITION + ACROSS
CHANGEABLE = [one for one in ALL if one.change is not None]
PRIVATE = [one for one in ALL if not one.public]
REMOVABLE = [one for one in OF_EDITION if not one.path.endswith(("/precedence-lists", "/people"))]


def by_path(collection: Collection) -> str:
    return collection.path


@pytest.mark.parametrize("collection", ALL, ids=by_path)
def test_what_is_created_is_found_at_its_location_and_in_the_list(api: Api, collection: Collection) -> None:
    made = collection.create(api)
    assert made.status_code == 201, made.json
    assert made.headers["Location"] == f"/api/v1{collection.path}/{made.json[collection.located_by]}"
    read = api.get(made.headers["Location"])
    assert (read.status_code, read.json) == (200, made.json)
    assert read.headers["ETag"] == made.headers["ETag"]
    given = {key: value for key, value in collection.body(1).items() if key not in ("start", "end")}
    assert {key: made.json[key] for key in given} == given
    listed = api.get(f"{collection.path}?page_size=200").json
    assert [item for item in listed["items"] if item == made.json] == [made.json]


@pytest.mark.parametrize("collection", CHANGEABLE, ids=by_path)
def test_a_change_needs_the_tag_of_what_it_was_made_on(api: Api, collection: Collection) -> None:
    made = collection.create(api)
    where, old = made.headers["Location"], made.headers["ETag"]
    assert (api.patch(where, collection.change).status_code, api.get(where).json) == (428, made.json)

    changed = api.patch(where, collection.change, If_Match=old)
    assert changed.status_code == 200, changed.json
    assert changed.json == {**made.json, **collection.change, "version": changed.json["version"]}
    assert changed.json["version"] > made.json["version"]
    assert changed.headers["ETag"] == api.get(where).headers["ETag"] != old

    before = int(old.strip('"').partition("-")[0])
    name = next(iter(collection.change))
    mine = {**collection.change, name: made.json[name]}
    stale = api.patch(where, mine, If_Match=old)
    assert (stale.status_code, stale.json["code"]) == (412, "stale")
    assert stale.json["details"] == {
        "sent": {"version": before, name: mine[name]},
        "current": {"version": changed.json["version"], name: changed.json[name]},
    }
    gone = api("DELETE", where, If_Match=old) if collection in REMOVABLE else None
    if gone is not None:
        assert (gone.status_code, gone.json["details"]) == (
            412,
            {"sent": {"version": before}, "current": changed.json},
        )
    assert api.get(where).json == changed.json


@pytest.mark.parametrize("collection", ALL, ids=by_path)
def test_what_the_caller_has_already_is_not_sent_again(api: Api, collection: Collection) -> None:
    made = collection.create(api)
    where = made.headers["Location"]
    again = api.get(where, If_None_Match=made.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    assert api.get(where, If_None_Match='"1-000000000000"').json == made.json


@pytest.mark.parametrize("collection", REMOVABLE, ids=by_path)
def test_what_is_removed_is_gone_by_the_tag_of_what_was_read(api: Api, collection: Collection) -> None:
    made = collection.create(api)
    where, old = made.headers["Location"], made.headers["ETag"]
    theirs = where.replace("/mine/", "/theirs/")
    now = api.patch(where, collection.change, If_Match=old).headers["ETag"]
    answers = (
        api("DELETE", where),
        api("DELETE", where, If_Match=old),
        api("DELETE", theirs, If_Match=now),
        api.public()("DELETE", where, If_Match=now),
    )
    assert [answer.status_code for answer in answers] == [428, 412, 404, 401]
    assert api.get(where).headers["ETag"] == now

    removed = api("DELETE", where, If_Match=now)
    assert (removed.status_code, removed.json["restored_at"]) == (200, None)
    assert (api.get(where).status_code, api("DELETE", where, If_Match=now).status_code) == (404, 404)
    assert api.get(collection.path).json["total"] == 0
    assert api.get("/editions/mine/removals").json["items"] == [removed.json]

    back = api.post(f"/editions/mine/removals/{removed.json['id']}/restore")
    assert (back.status_code, back.json["record_id"]) == (200, made.json["id"])
    assert api.get(where).json == {**made.json, **collection.change, "version": 2}


@pytest.mark.parametrize("collection", PRIVATE, ids=by_path)
def test_without_a_token_nothing_is_shown_or_taken(api: Api, collection: Collection) -> None:
    where = collection.create(api).headers["Location"]
    for answer in (
        api.public().get(collection.path),
        api.public().get(where),
        api.public().post(collection.path, collection.body(2)),
        api.public().patch(where, {}, If_Match='"1-000000000000"') if collection.change else api.public().get(where),
        api.get(where, Authorization="Bearer fa_wrong"),
        api.get(where, Authorization="Basic b3duZXI6eA=="),
    ):
        assert (answer.status_code, answer.json["code"]) == (401, "unauthenticated")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="forumapp"'


@pytest.mark.parametrize("collection", [one for one in ALL if one.public], ids=by_path)
def test_what_is_public_is_shown_to_all_and_taken_from_organizers_alone(api: Api, collection: Collection) -> None:
    made = collection.create(api)
    where, public = made.headers["Location"], api.public()
    assert public.get(where).json == made.json
    assert public.get(collection.path).json["items"] == [made.json]
    assert public.get(collection.path.replace("/mine/", "/draft/")).status_code == 404
    assert public.post(collection.path, collection.body(2)).status_code == 401
    assert public.patch(where, {}, If_Match=made.headers["ETag"]).status_code == 401


@pytest.mark.parametrize("collection", OF_EDITION, ids=by_path)
def test_another_edition_does_not_exist_for_the_caller_even_by_a_known_id(api: Api, collection: Collection) -> None:
    made = collection.create(api)
    theirs = collection.path.replace("/mine/", "/theirs/")
    there = f"{theirs}/{made.json[collection.located_by]}"
    listed = api.get(theirs)
    assert listed.json["items"] == [] if collection.public else listed.status_code == 404
    for answer in (
        api.get(there),
        api.post(theirs, {**collection.body(1), **collection.needs_once(api)}),
        api.patch(there, {}, If_Match=made.headers["ETag"]),
    ):
        assert (answer.status_code, answer.json["code"]) == (404, "not-found")


@pytest.mark.parametrize("collection", ALL, ids=by_path)
def test_a_field_that_nobody_knows_is_refused_by_its_name(api: Api, collection: Collection) -> None:
    answer = api.post(collection.path, {**collection.body(1), **collection.needs_once(api), "nonsense": 1})
    assert (answer.status_code, answer.json["errors"]) == (422, {"nonsense": ["unknown"]})
    assert answer.content_type == "application/problem+json"


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("collection", ALL, ids=by_path)
def test_a_list_costs_as_many_queries_for_three_as_for_one(api: Api, collection: Collection) -> None:
    collection.create(api, 1)
    with counted() as one:
        api.get(collection.path)
    collection.create(api, 2)
    collection.create(api, 3)
    with counted() as three:
        assert api.get(collection.path).json["total"] >= 3
    assert len(three) == len(one) <= 9


@pytest.mark.both_databases
def test_pages_link_to_those_around_them_and_keep_the_search(api: Api) -> None:
    for number in range(5):
        api.post("/people", {"latin_family": f"Wang{number}", "latin_given": "Li"})
    api.post("/people", {"latin_family": "Smith"})
    page = api.get("/people?q=wang&page_size=2&page=2").json
    assert [person["latin_family"] for person in page["items"]] == ["Wang2", "Wang3"]
    assert {key: value for key, value in page.items() if key != "items"} == {
        "page": 2,
        "page_size": 2,
        "total": 5,
        "total_is_exact": True,
        "links": {
            "self": "/api/v1/people?q=wang&page_size=2&page=2",
            "first": "/api/v1/people?q=wang&page_size=2&page=1",
            "last": "/api/v1/people?q=wang&page_size=2&page=3",
            "prev": "/api/v1/people?q=wang&page_size=2&page=1",
            "next": "/api/v1/people?q=wang&page_size=2&page=3",
        },
    }
    following = api.get(page["links"]["next"]).json
    assert [person["latin_family"] for person in following["items"]] == ["Wang4"]
    assert set(following["links"]) == {"self", "first", "last", "prev"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=0", "page"),
        ("page=x", "page"),
        ("page=9999999999", "page"),
        ("page_size=0", "page_size"),
        ("page_size=201", "page_size"),
        ("q=%00", "q"),
        ("pagesize=5", "pagesize"),
    ],
)
def test_a_page_that_cannot_be_is_refused(api: Api, query: str, field: str) -> None:
    answer = api.get(f"/people?{query}")
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


@pytest.mark.both_databases
@pytest.mark.parametrize("number", [0, 2**31, 2**63 - 1, 2**63, 10**19, 10**30])
def test_an_id_that_no_column_holds_is_not_found(api: Api, number: int) -> None:
    assert api.get(f"/people/{number}").status_code == 404
    assert api.get(f"/editions/mine/venues/{number}").status_code == 404
    assert api.get(f"/editions/mine/agenda-versions/{number}").status_code == 404
    for path in ("/people", "/editions/mine/sessions"):  # there is such an address for no method
        answer = api.patch(f"{path}/{number}", {}, If_Match='"1-000000000000"')
        assert (answer.status_code, answer.json["code"]) == (404, "not-found")

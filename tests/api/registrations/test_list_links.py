"""Every way into the list of registrations as programs take it. The same in a browser: tests/browser/organizer/test_list_links.py."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from tests.import_steps import work_batch

if TYPE_CHECKING:
    from conftest import Api

E = "/editions/mine"
WHO: dict[str, Any] = {"latin_family": "Ouyang", "latin_given": "Mei", "native_full": "欧阳美𠀀"}
CONSENTING = {**WHO, "email": "ouyang@guests.example", "language": "zh-Hans", "consent": True}
TYPES: dict[str, dict[str, Any]] = {
    "guest": {"is_open": True, "plus_ones": 1},
    "press": {"is_open": True, "needs_approval": True},
    "envoy": {"by_invitation": True},
}


@pytest.fixture
def desk(api: Api) -> Api:
    for code, values in TYPES.items():
        made = api.post(f"{E}/registration-types", {"code": code, "name": {"en": code}, "quota": 3, **values})
        assert made.status_code == 201, made.json
    return api


def done(answer: Any, status: int = 201) -> dict[str, Any]:
    assert answer.status_code == status, answer.json
    found: dict[str, Any] = answer.json
    return found


def listed(api: Api) -> list[tuple[str, ...]]:
    """The earliest first: type, state, source, language, and the name to the character."""
    rows = done(api.get(f"{E}/registrations"), 200)["items"]
    said = [tuple(one[name] for name in ("type", "status", "source", "language")) for one in reversed(rows)]
    return [(*one, row["name"]["native"]) for one, row in zip(said, reversed(rows), strict=True)]


def test_open_and_approval(desk: Api) -> None:
    public = desk.public()
    assert done(public.post(f"{E}/registrations", {**CONSENTING, "type": "guest"})) == {"status": "confirmed"}
    other = {**CONSENTING, "email": "mei@guests.example", "native_full": "欧阳玫", "type": "press"}
    assert done(public.post(f"{E}/registrations", other)) == {"status": "applied"}

    applied = done(desk.get(f"{E}/registrations?status=applied"), 200)["items"][0]["id"]
    read = desk.get(f"{E}/registrations/{applied}")
    done(desk.post(f"{E}/registrations/{applied}/confirm", {}, If_Match=read.headers["ETag"]), 200)

    assert listed(desk) == [
        ("guest", "confirmed", "api", "zh-Hans", "欧阳美𠀀"),
        ("press", "confirmed", "api", "zh-Hans", "欧阳玫"),
    ]


def test_by_an_invitation_alone_and_once(desk: Api) -> None:
    public, body = desk.public(), {**CONSENTING, "type": "envoy"}
    made = done(desk.post(f"{E}/invitations", {"type": "envoy", **WHO, "email": CONSENTING["email"]}))
    link = done(desk.get(f"{E}/invitations/{made['id']}/link"), 200)["url"].rsplit("/", 1)[1]

    without = public.post(f"{E}/registrations", body)
    wrong = [
        public.post(f"{E}/registrations", {**body, **said})
        for said in ({"link": "made-up"}, {"link": link, "type": "guest"}, {"link": link, "plus_ones": [WHO]})
    ]
    taken = public.post(f"{E}/registrations", {**body, "link": link})
    again = public.post(f"{E}/registrations", {**body, "link": link})

    assert (without.status_code, [one.status_code for one in (*wrong, again)]) == (409, [422] * 4)
    assert [list(one.json["errors"]) for one in (*wrong, again)] == [["link"], ["link"], ["plus_ones"], ["link"]]
    assert done(taken) == {"status": "confirmed"}
    assert listed(desk) == [("envoy", "confirmed", "invitation", "zh-Hans", "欧阳美𠀀")]
    assert done(desk.get(f"{E}/invitations/{made['id']}"), 200)["state"] == "accepted"


@pytest.mark.both_databases
def test_by_the_holder_of_a_block_until_it_is_full(desk: Api) -> None:
    block = done(desk.post(f"{E}/place-blocks", {"type": "press", "name": {"en": "Bay Bank"}, "quota": 1}))
    link = done(desk.get(f"{E}/place-blocks/{block['id']}/link"), 200)["url"].rsplit("/", 1)[1]
    body = {**CONSENTING, "type": "press", "link": link}

    assert done(desk.public().post(f"{E}/registrations", body)) == {"status": "confirmed"}
    full = desk.public().post(f"{E}/registrations", {**body, "email": "b@x.example", "native_full": "欧阳玫"})

    assert (full.status_code, full.json["code"]) == (409, "no-places-left")
    assert listed(desk) == [("press", "confirmed", "invitation", "zh-Hans", "欧阳美𠀀")]
    assert done(desk.get(f"{E}/place-blocks/{block['id']}"), 200)["taken"] == 1


def test_along_with_someone_and_at_the_desk(desk: Api) -> None:
    host = done(desk.post(f"{E}/registrations", {**CONSENTING, "type": "guest"}))["registration_id"]
    came = done(desk.post(f"{E}/registrations/{host}/plus-ones", {**WHO, "native_full": "欧阳玫"}))
    walked = done(desk.post(f"{E}/walk-ins", {**WHO, "native_full": "欧阳梅", "type": "press"}))
    twice = desk.post(f"{E}/walk-ins", {"person_id": walked["person_id"], "type": "press"})

    assert (twice.status_code, twice.json["code"]) == (409, "already-registered")  # the person of the registry
    assert (came["principal_id"], walked["principal_id"]) == (host, None)
    assert listed(desk) == [
        ("guest", "confirmed", "api", "zh-Hans", "欧阳美𠀀"),
        ("guest", "confirmed", "api", "zh-Hans", "欧阳玫"),
        ("press", "confirmed", "walk-in", "en", "欧阳梅"),
    ]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_from_a_table(desk: Api, encoding: str) -> None:
    """Rows that are pasted are a table as well."""
    rows = "姓名\t姓（拼音）\t名（拼音）\t报名类别\n欧阳美𠀀\tOuyang\tMei\tguest\n"
    content = base64.b64encode(rows.encode(encoding)).decode()
    made = desk.post(f"{E}/imports", {"kind": "registrations", "filename": "rows.tsv", "content": content})
    assert (done(made)["total"], listed(desk)) == (1, [])
    done(desk.post(f"{made.headers['Location']}/confirm", If_Match=made.headers["ETag"]), 200)
    work_batch(made.json["id"])

    assert [one[:3] + one[4:] for one in listed(desk)] == [("guest", "confirmed", "import", "欧阳美𠀀")]


def test_a_link_shows_what_it_is_for_and_takes_nothing_by_it(desk: Api) -> None:
    made = done(desk.post(f"{E}/invitations", {"type": "envoy", **WHO, "greeting": "Please come."}))
    link = done(desk.get(f"{E}/invitations/{made['id']}/link"), 200)["url"].rsplit("/", 1)[1]
    public = desk.public()

    shown = [done(public.get(f"/invitation-links/{link}"), 200) for _ in range(2)]
    once, again = (public.post(f"/invitation-links/{link}/decline", Idempotency_Key="no-thanks") for _ in range(2))
    late = public.post(f"/invitation-links/{link}/decline")
    strange = public.get("/invitation-links/made-up")
    kept = public.get(f"/invitation-links/{link}")

    assert kept.headers["Cache-Control"] == "private, no-store"
    assert [(one["type"], one["greeting"], one["state"]) for one in shown] == [("envoy", "Please come.", "made")] * 2
    assert (done(once, 200)["state"], done(again, 200)["state"]) == ("declined", "declined")
    assert [(one.status_code, one.json["code"]) for one in (late, strange)] == [(410, "invitation-ended")] * 2
    assert done(desk.get(f"{E}/invitations/{made['id']}"), 200)["state"] == "declined"


def test_the_holder_of_a_block_takes_a_name_back(desk: Api) -> None:
    block = done(desk.post(f"{E}/place-blocks", {"type": "press", "name": {"en": "Bay Bank"}, "quota": 1}))
    link = done(desk.get(f"{E}/place-blocks/{block['id']}/link"), 200)["url"].rsplit("/", 1)[1]
    public = desk.public()
    done(public.post(f"{E}/registrations", {**CONSENTING, "type": "press", "link": link}))
    named = done(public.get(f"/block-links/{link}"), 200)

    after = done(public.post(f"/block-links/{link}/people/{named['named'][0]['id']}/withdraw"), 200)

    assert (named["taken"], [one["name"]["native"] for one in named["named"]]) == (1, [WHO["native_full"]])
    assert (after["taken"], after["named"]) == (0, [])
    assert [one[1] for one in listed(desk)] == ["cancelled"]

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from forumapp.core import clock
from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.models import ApiToken
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.forums.queries import get_edition_id
from forumapp.domain.mail.models import Message
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.types import services

if TYPE_CHECKING:
    from conftest import Api
    from flask import Flask

TYPES = "/editions/mine/registration-types"
REGISTRATIONS = "/editions/mine/registrations"
BY: dict[str, Any] = {"actor": Actor(None, Via.COMMAND), "now": datetime(2023, 3, 1, 12, tzinfo=UTC)}
DELEGATE: dict[str, Any] = {
    "code": "delegate",
    "name": {"en": "Delegate", "zh-Hans": "代表"},
    "quota": 2,
    "is_open": True,
    "questions": [
        {"code": "diet", "kind": "diet", "label": {"en": "What should the kitchen know?"}},
        {"code": "company-size", "kind": "short-text", "label": {"en": "Size"}, "required": True},
    ],
}


def applicant(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "type": "delegate",
        "latin_family": f"Liu{number}",
        "latin_given": "Chun",
        "native_full": "刘春",
        "email": f"liu{number}@example.org",
        "answers": {"company-size": "20", "diet": ["halal"]},
        "consent": True,
        **changes,
    }


@pytest.fixture
def open_type(api: Api) -> dict[str, Any]:
    made = api.post(TYPES, DELEGATE)
    assert made.status_code == 201, made.json
    answer: dict[str, Any] = made.json
    return answer


@pytest.mark.usefixtures("open_type")
def test_the_public_registers_until_the_places_are_given_and_then_waits(api: Api) -> None:
    answers = [api.public().post(REGISTRATIONS, applicant(number)) for number in (1, 2, 3)]
    assert [(answer.status_code, answer.json) for answer in answers] == [
        (201, {"status": "confirmed"}),
        (201, {"status": "confirmed"}),
        (201, {"status": "waitlisted"}),
    ]
    listed = api.get(REGISTRATIONS).json
    assert [(line["name"]["native"], line["status"], line["queue_number"]) for line in listed["items"]] == [
        ("刘春", "waitlisted", 1),
        ("刘春", "confirmed", None),
        ("刘春", "confirmed", None),
    ]


@pytest.mark.usefixtures("open_type")
def test_the_public_learns_nothing_about_who_is_registered(api: Api) -> None:
    first = api.public().post(REGISTRATIONS, applicant(1))
    again = api.public().post(REGISTRATIONS, applicant(1))
    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert set(again.headers.keys()) == set(first.headers.keys())
    assert api.get(REGISTRATIONS).json["total"] == 1
    told = api.post(REGISTRATIONS, applicant(1))
    assert (told.status_code, told.json["code"]) == (409, "already-registered")


@pytest.mark.usefixtures("open_type")
def test_organizers_are_told_the_code_and_register_even_for_closed_types(api: Api) -> None:
    api.post(TYPES, {**DELEGATE, "code": "press", "is_open": False, "questions": []})
    closed = applicant(1, type="press", answers={})
    refused = api.public().post(REGISTRATIONS, closed)
    assert (refused.status_code, refused.json["code"]) == (409, "registration-closed")
    made = api.post(REGISTRATIONS, closed)
    assert (made.status_code, set(made.json)) == (201, {"status", "registration_id", "short_code"})
    read = api.get(f"{REGISTRATIONS}/{made.json['registration_id']}").json
    assert (read["type"], read["short_code"], read["source"]) == ("press", made.json["short_code"], "api")


@pytest.mark.usefixtures("open_type")
@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"latin_family": "", "latin_given": ""}, {"latin_family": ["required"]}),
        ({"consent": False}, {"consent": ["must-agree"]}),
        ({"email": "liu"}, {"email": ["not-an-email"]}),
        ({"phone": "555 0100"}, {"phone": ["phone-without-country-code"]}),
        ({"answers": {}}, {"answers.company-size": ["required"]}),
        ({"answers": {"company-size": 5}}, {"answers.company-size": ["invalid"]}),
        ({"answers": {"company-size": "a\x00"}}, {"answers.company-size": ["not-plain"]}),
        ({"answers": {"company-size": "1", "diet": ["meat"]}}, {"answers.diet": ["not-an-option"]}),
        ({"answers": {"company-size": "1", "other": "x"}}, {"answers.other": ["unknown"]}),
    ],
)
def test_each_faulty_answer_is_named(api: Api, changes: dict[str, Any], errors: dict[str, list[str]]) -> None:
    answer = api.public().post(REGISTRATIONS, applicant(1, **changes))
    assert (answer.status_code, answer.json["errors"]) == (422, errors)
    assert api.get(REGISTRATIONS).json["total"] == 0


@pytest.mark.usefixtures("open_type")
@pytest.mark.parametrize("edition", ["draft", "nowhere"])
def test_nobody_registers_for_an_edition_that_the_public_does_not_see(api: Api, edition: str) -> None:
    assert api.public().post(f"/editions/{edition}/registrations", applicant(1)).status_code == 404


@pytest.mark.both_databases
@pytest.mark.usefixtures("open_type")
def test_a_registration_sent_twice_under_one_key_is_one(api: Api) -> None:
    public = api.public()
    first = public.post(REGISTRATIONS, applicant(1), Idempotency_Key="phone-1")
    again = public.post(REGISTRATIONS, applicant(1), Idempotency_Key="phone-1")
    assert (again.status_code, again.json) == (first.status_code, first.json) == (201, {"status": "confirmed"})
    other = public.post(REGISTRATIONS, applicant(2), Idempotency_Key="phone-1")
    assert (other.status_code, other.json["code"]) == (422, "idempotency-key-reused")


@pytest.mark.usefixtures("open_type")
def test_who_cancels_frees_a_place_for_who_waits_longest(api: Api) -> None:
    made = [api.post(REGISTRATIONS, applicant(number)).json for number in (1, 2, 3)]
    where = f"{REGISTRATIONS}/{made[0]['registration_id']}"
    tag = api.get(where).headers["ETag"]
    assert api.post(f"{where}/cancel").status_code == 428
    assert api.post(f"{where}/cancel", If_Match='"7-000000000000"').status_code == 412
    cancelled = api.post(f"{where}/cancel", {"reason": "She is ill."}, If_Match=tag)
    assert (cancelled.status_code, cancelled.json["status"], cancelled.json["short_code"]) == (200, "cancelled", None)
    assert api.get(f"{REGISTRATIONS}/{made[2]['registration_id']}").json["status"] == "confirmed"
    again = api.post(f"{where}/cancel", If_Match=cancelled.headers["ETag"])
    assert (again.status_code, again.json["code"]) == (409, "wrong-status")


@pytest.mark.usefixtures("open_type")
def test_a_place_over_capacity_is_given_for_a_reason_that_the_log_tells(api: Api) -> None:
    made = [api.post(REGISTRATIONS, applicant(number)).json for number in (1, 2, 3)]
    where = f"{REGISTRATIONS}/{made[2]['registration_id']}"
    waiting = api.get(where)
    tag, confirm = waiting.headers["ETag"], f"{where}/confirm"
    for body, status, told in (
        (None, 409, "no-places-left"),
        ({"over_capacity": True}, 422, {"reason": ["required"]}),
        ({"over_capacity": True, "reason": " "}, 422, {"reason": ["required"]}),
        ({"over_capacity": "yes"}, 422, {"over_capacity": ["invalid"]}),
        ({"capacity": True}, 422, {"capacity": ["unknown"]}),
        ({"reason": "x" * 501}, 422, {"reason": ["too-long"]}),
        ([], 422, None),
    ):
        answer = api.post(confirm, body, If_Match=tag)
        assert (answer.status_code, told in (answer.json["code"], answer.json.get("errors"), None)) == (status, True)
    assert api.get(where).json == waiting.json

    over = {"over_capacity": True, "reason": "The ministry asked."}
    seated = api.post(confirm, over, If_Match=tag, Idempotency_Key="seat-1")
    again = api.post(confirm, over, If_Match=tag, Idempotency_Key="seat-1")
    assert (seated.status_code, seated.json["status"], seated.json["over_capacity"]) == (200, "confirmed", True)
    assert seated.json["over_capacity_by"]["reason"] == "The ministry asked."
    assert (again.status_code, again.json) == (200, seated.json)
    event = api.get("/editions/mine/audit-events").json["items"][0]
    assert (event["entity"], event["reason"]) == ("registration", "The ministry asked.")


@pytest.mark.usefixtures("open_type")
def test_answers_change_only_on_what_was_read(api: Api) -> None:
    made = api.post(REGISTRATIONS, applicant(1)).json
    where = f"{REGISTRATIONS}/{made['registration_id']}"
    tag = api.get(where).headers["ETag"]
    changed = api.patch(where, {"answers": {"company-size": "30"}}, If_Match=tag)
    assert (changed.status_code, changed.json["answers"]) == (200, {"company-size": "30"})
    assert api.patch(where, {"answers": {"company-size": "40"}}, If_Match=tag).status_code == 412
    assert api.patch(where, {"answers": {"company-size": "40"}}).status_code == 428


@pytest.mark.both_databases
@pytest.mark.usefixtures("open_type")
def test_registrations_are_found_by_status_type_and_words(api: Api) -> None:
    for number in (1, 2, 3):
        api.post(REGISTRATIONS, applicant(number))
    assert api.get(f"{REGISTRATIONS}?status=waitlisted").json["total"] == 1
    assert api.get(f"{REGISTRATIONS}?type=delegate&status=confirmed").json["total"] == 2
    assert api.get(f"{REGISTRATIONS}?type=press").json["total"] == 0
    assert [line["email"] for line in api.get(f"{REGISTRATIONS}?q=liu2").json["items"]] == ["liu2@example.org"]
    assert api.get(f"{REGISTRATIONS}?status=gone").status_code == 422
    over_time = [api.get(f"{REGISTRATIONS}/figures{query}").json["by_type"]["series"] for query in ("", "?q=liu2")]
    assert [one["delegate"][-1] for one in over_time] == [3, 1]
    assert api.get(f"{REGISTRATIONS}/figures?delegation=none").json["by_type"]["series"] == {}


def test_the_public_sees_open_types_without_their_counters(api: Api, open_type: dict[str, Any]) -> None:
    api.post(TYPES, {**DELEGATE, "code": "press", "is_open": False})
    public = api.public()
    shown = public.get(TYPES).json
    ours = ("quota", "offer_hours", "admits", "taken", "over", "waiting", "badge_design_id")
    expected = {name: value for name, value in open_type.items() if name not in ours}
    assert (shown["items"], shown["total"]) == ([expected], 1)
    assert public.get(f"{TYPES}/delegate").json == expected
    assert public.get(f"{TYPES}/press").status_code == 404
    assert api.get(TYPES).json["total"] == 2


def test_a_type_changes_only_on_what_was_read(api: Api, open_type: dict[str, Any]) -> None:
    where = f"{TYPES}/delegate"
    tag = api.get(where).headers["ETag"]
    changed = api.patch(where, {"quota": 5}, If_Match=tag)
    assert (changed.status_code, changed.json["quota"], changed.json["version"]) == (200, 5, open_type["version"] + 1)
    assert api.patch(where, {"quota": 6}, If_Match=tag).json["code"] == "stale"


@pytest.mark.usefixtures("open_type")
def test_another_editions_registrations_do_not_exist_for_the_caller(api: Api) -> None:
    made = api.post(REGISTRATIONS, applicant(1)).json
    theirs = f"/editions/theirs/registrations/{made['registration_id']}"
    for answer in (
        api.get("/editions/theirs/registrations"),
        api.get(theirs),
        api.post(f"{theirs}/cancel", If_Match='"1-000000000000"'),
        api.patch(theirs, {}, If_Match='"1-000000000000"'),
    ):
        assert (answer.status_code, answer.json["code"]) == (404, "not-found")
    assert api.public().get(REGISTRATIONS).status_code == 401


@pytest.mark.usefixtures("open_type")
def test_the_public_registers_only_so_often_from_one_address_and_is_told_when_to_return(api: Api) -> None:
    client = api.app.test_client()

    def ask(address: str, **headers: str) -> Any:
        path = f"/api/v1{REGISTRATIONS}"
        return client.post(path, json={}, headers=headers, environ_base={"REMOTE_ADDR": address})

    said = [ask("203.0.113.7") for _ in range(61)]
    assert [answer.status_code for answer in said] == [422] * 60 + [429]
    refused = said[-1]
    assert (refused.content_type, refused.json["code"]) == ("application/problem+json", "too-many-requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= 61
    assert ask("203.0.113.8").status_code == 422
    assert ask("203.0.113.7", Authorization=f"Bearer {api.token}").status_code == 422
    assert [ask("127.0.0.1").status_code for _ in range(61)] == [422] * 61
    assert [ask("127.0.0.1", Forwarded="for=127.0.0.1").status_code for _ in range(61)][-1] == 429


@pytest.mark.usefixtures("open_type")
def test_an_office_registers_its_leaders_with_one_address_but_not_any_number(api: Api) -> None:
    office = [api.public().post(REGISTRATIONS, applicant(number, email="office@example.org")) for number in range(31)]
    assert [answer.status_code for answer in office] == [201] * 30 + [429]
    assert (office[-1].json["code"], office[-1].headers["Retry-After"]) == ("too-many-for-address", "3600")
    assert api.public().post(REGISTRATIONS, applicant(40)).status_code == 201
    assert api.post(REGISTRATIONS, applicant(41, email="office@example.org")).status_code == 201


def test_those_who_come_along_are_named_in_the_same_request(api: Api) -> None:
    assert api.post(TYPES, {**DELEGATE, "plus_ones": 1}).status_code == 201
    bea = {"latin_family": "Bea", "answers": {"company-size": "1"}}

    too_many = api.public().post(REGISTRATIONS, applicant(1, plus_ones=[bea, bea]))
    faulty = api.public().post(REGISTRATIONS, applicant(1, plus_ones=[{"latin_family": "Bea"}]))
    placed = api.public().post(REGISTRATIONS, applicant(1, plus_ones=[bea]))
    waiting = api.post(REGISTRATIONS, applicant(2, plus_ones=[bea]))

    assert (too_many.status_code, too_many.json["code"]) == (409, "no-plus-ones-left")
    assert (faulty.status_code, list(faulty.json["errors"])) == (422, ["plus_ones.0.answers.company-size"])
    assert placed.json == {"status": "confirmed", "plus_ones": [{"status": "confirmed"}]}
    assert [(one["status"], one["queue_number"]) for one in (waiting.json, *waiting.json["plus_ones"])] == [
        ("waitlisted", 1),
        ("waitlisted", 2),
    ]


def test_too_many_is_documented(api: Api) -> None:
    told = api.get("/api/v1/openapi.json").json["paths"]["/api/v1/editions/{edition}/registrations"]["post"]
    answer = told["responses"]["429"]
    assert set(answer["content"]) == {"application/problem+json"}
    assert set(answer["headers"]) == {"Retry-After"}


@pytest.mark.usefixtures("open_type")
@pytest.mark.parametrize(("verb", "needs_approval"), [("cancel", False), ("decline", True)])
def test_who_gives_up_a_registration_leaves_the_delegation(api: Api, verb: str, needs_approval: bool) -> None:
    api.post(TYPES, {**DELEGATE, "code": "asked", "needs_approval": needs_approval, "questions": []})
    made = api.post(REGISTRATIONS, applicant(1, type="asked", answers={})).json
    delegation = "/editions/mine/delegations/jiangsu"
    api.post("/editions/mine/delegations", {"code": "jiangsu", "name": {"en": "Jiangsu"}, "quota": 1})
    member = api.post(f"{delegation}/members", {"registration_id": made["registration_id"]})
    assert (member.status_code, api.get(delegation).json["members"]) == (201, 1)

    where = f"{REGISTRATIONS}/{made['registration_id']}"
    answer = api.post(f"{where}/{verb}", If_Match=api.get(where).headers["ETag"])

    assert answer.status_code == 200, answer.json
    assert (api.get(delegation).json["members"], api.get(f"{delegation}/members").json["total"]) == (0, 0)


@pytest.mark.usefixtures("open_type")
def test_a_member_is_let_go_only_on_what_was_read(api: Api) -> None:
    made = api.post(REGISTRATIONS, applicant(1)).json
    api.post("/editions/mine/delegations", {"code": "jiangsu", "name": {"en": "Jiangsu"}})
    members = "/editions/mine/delegations/jiangsu/members"
    where = f"{members}/{api.post(members, {'registration_id': made['registration_id']}).json['id']}"
    tag = api.get(where).headers["ETag"]
    answers = [api("DELETE", where, **headers) for headers in ({}, {"If_Match": '"7-000000000000"'}, {"If_Match": tag})]
    assert [answer.status_code for answer in answers] == [428, 412, 200]


@pytest.mark.usefixtures("open_type")
def test_who_has_a_place_keeps_a_name_in_latin_letters(api: Api) -> None:
    api.post(REGISTRATIONS, applicant(1))
    who = f"/people/{api.get(REGISTRATIONS).json['items'][0]['person_id']}"
    tag = api.get(who).headers["ETag"]
    for nothing, faults in (
        ("", {"latin_family": ["required"]}),
        (" \u3000", {"latin_family": ["not-a-letter"], "latin_given": ["not-a-letter"]}),
    ):
        refused = api.patch(who, {"latin_family": nothing, "latin_given": nothing}, If_Match=tag)
        assert (refused.status_code, refused.json["errors"]) == (422, faults)
    assert api.get(who).json["latin_given"] == "Chun"
    assert api.patch(who, {"latin_family": ""}, If_Match=tag).status_code == 200


def test_the_use_of_a_token_is_noted_once_an_hour(committed: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def noted_at(hour: int, minute: int) -> Any:
        moment = datetime(2023, 5, 1, hour, minute, tzinfo=UTC)
        monkeypatch.setattr("forumapp.core.clock.now", lambda: moment)
        assert committed.get("/editions").status_code == 200
        with db.engine.connect() as connection:
            return connection.execute(select(ApiToken.last_used_at)).scalar_one()

    first = datetime(2023, 5, 1, 9, tzinfo=UTC)
    assert [noted_at(9, 0), noted_at(9, 59), noted_at(10, 0)] == [first, first, first.replace(hour=10)]


@pytest.mark.usefixtures("open_type")
def test_the_questions_of_another_type_are_added_also_of_another_edition(api: Api) -> None:
    made = api.post(TYPES, {"code": "press", "name": {"en": "Press"}, "questions": DELEGATE["questions"][:1]})
    copy, tag = f"{TYPES}/press/copy-questions", made.headers["ETag"]
    copied = api.post(copy, {"from_type": "delegate"}, If_Match=tag)
    assert [one["code"] for one in copied.json["questions"]] == ["diet", "company-size"]
    assert api.post(copy, {"from_type": "delegate"}, If_Match=tag).status_code == 412
    assert api.post(copy, {}, If_Match=tag).status_code == 422

    with transaction() as session:
        theirs = get_edition_id(session, "theirs")
        asked = [{"code": "visa", "kind": "yes-no", "label": {"en": "Visa?"}}]
        services.create_type(session, theirs, {"code": "guest", "name": {"en": "Guest"}, "questions": asked}, **BY)
    of_theirs = {"from_type": "guest", "from_edition": "theirs"}
    hidden = [
        api.post(copy, {**of_theirs, "from_edition": one}, If_Match=copied.headers["ETag"]) for one in ("theirs", "no")
    ]
    assert [one.status_code for one in hidden] == [404, 404]
    with transaction() as session:
        account_id = session.scalars(select(ApiToken.account_id)).one()
        grant_role(session, account_id, theirs, Role.VIEWER, **BY)
    seen = api.post(copy, of_theirs, If_Match=copied.headers["ETag"])
    assert [one["code"] for one in seen.json["questions"]] == ["diet", "company-size", "visa"]


def confirmation_token(app: Flask) -> str:
    with app.app_context():
        wanted = db.session.scalars(select(Message.values).where(Message.template == "registration-unconfirmed")).one()
        address = app.extensions["forumapp.links"].address(wanted["link"], "", now=clock.now())
        db.session.remove()
    return address.rpartition("/")[2]


def test_the_public_confirms_the_email_address_by_the_mailed_link(api: Api, app: Flask) -> None:
    made = api.post(TYPES, {**DELEGATE, "needs_email_confirmation": True, "hold_minutes": 45}).json
    assert (made["needs_email_confirmation"], made["hold_minutes"]) == (True, 45)
    answer = api.public().post(REGISTRATIONS, applicant(1))
    assert answer.status_code == 201
    assert {**answer.json, "confirm_by": None} == {"status": "unconfirmed", "confirm_by": None, "holds_spot": True}
    line = api.get(f"{REGISTRATIONS}?status=unconfirmed").json["items"][0]
    assert line["offer_ends_at"] == answer.json["confirm_by"]
    link = f"/email-confirmation-links/{confirmation_token(app)}"

    for _looking in range(2):
        shown = api.public().get(link)
        assert shown.headers["Cache-Control"] == "private, no-store"
        assert shown.json == {"edition": "mine", "type": "delegate", **answer.json}
    confirmed = [api.public().post(f"{link}/confirm").json for _twice in range(2)]

    assert confirmed[0] == confirmed[1]
    assert (confirmed[0]["status"], confirmed[0]["confirm_by"]) == ("confirmed", None)


def test_the_link_is_mailed_again_on_request_and_every_address_reads_the_same(
    api: Api, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.post(TYPES, {**DELEGATE, "needs_email_confirmation": True})
    api.public().post(REGISTRATIONS, applicant(1))
    start, path = clock.now(), "/editions/mine/email-confirmation-links"
    email, answers = applicant(1)["email"], []
    for number in range(6):
        moment = start + timedelta(minutes=number)
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        answers.append(api.public().post(path, {"email": email}).status_code)
    assert answers == [201] * 5 + [429]
    other = api.public().post(path, {"email": "nobody@example.org"})
    assert (other.status_code, other.json) == (201, {"email": "nobody@example.org"})
    assert api.public().post(path, {"email": "x"}).status_code == 422
    with app.app_context():
        sent = db.session.scalars(select(Message.recipient).where(Message.template == "registration-unconfirmed")).all()
        db.session.remove()
    assert sent == [email] * 6


def test_the_link_is_refused_after_its_time(api: Api, app: Flask) -> None:
    api.post(TYPES, {**DELEGATE, "needs_email_confirmation": True})
    api.public().post(REGISTRATIONS, applicant(1))
    link = f"/email-confirmation-links/{confirmation_token(app)}"
    with app.app_context(), transaction() as session:
        session.execute(update(Registration).values(offer_ends_at=clock.now()))
    refused = api.public().post(f"{link}/confirm")
    assert (refused.status_code, refused.mimetype) == (410, "application/problem+json")
    assert refused.json["code"] == "confirmation-ended"
    assert api.public().get("/email-confirmation-links/x.y").status_code == 410

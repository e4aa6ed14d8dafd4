"""Requests made from the document itself, right and wrong ones: nothing breaks, and no answer is undocumented."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import schemathesis
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.specs.openapi._caches import clear_all
from sqlalchemy import select

from forumapp.core.database.transactions import reading
from forumapp.domain.accounts.models import Account
from forumapp.domain.registration.models import TicketCode
from tests.conftest import BOTH, of_all_processes, to_be_made
from tests.random_requests import draw_to_file, is_public, read_drawn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Api
    from flask import Flask

NAMES = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "negative_data_rejection",
)
# Of each operation, of what is right for it and of what is not: it has much in common with the several hundred others.
EXAMPLES = {GenerationMode.POSITIVE: 5 if BOTH else 3, GenerationMode.NEGATIVE: 3 if BOTH else 2}
EXAMPLES_IN_PUBLIC = 15
AT_THE_DOOR = 2  # whatever else is sent without a token is not looked at
# `make test` draws for the public operations and every third other one, `make test-long` for all.
SOME, ALL = 3, 1
ZONE = "America/Los_Angeles"
# What stands below a record and is based on it.
OF_A_RECORD = re.compile(
    "/(cancel|close|confirm|decline|substitute|desk-substitute|give-back|tick|untick|archive|reopen|send|note-sent|end-links|merge|logo|photo|picture"
    "|floor-plan|revoke|reissue|reinstate|release|accredit|see-id|take-back-id-seen|copy-questions|invite|remind|start|stop|take-back|take-names|new-code)$"
)
LABELS = {"page_width": 210, "page_height": 297, "width": 90, "height": 60, "columns": 2, "rows": 4}
INN = {"kind": "hotel", "name": {"en": "Inn"}, "zone": "UTC"}
GROUP = {
    "type": "delegate",
    "contact": {"name": "Sue", "email": "sue@office.example"},
    "consent": True,
    "people": [{"latin_family": "Made"}],
}
OF_MEDIA = ("/accredit", "/see-id", "/take-back-id-seen")
CODES = {
    "badge-designs": "badge",
    "series": "ccbf",
    "registration-types": "delegate",
    "delegations": "jiangsu",
    "content-pages": "wifi",
    "seating-plans": "stage",
}


def fill(api: Api) -> dict[str, Any]:
    """One record of each collection; their ids by the name of the path's part."""

    def made(path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = api.post(path, body)
        assert answer.status_code == 201, (path, answer.json)
        record: dict[str, Any] = answer.json
        return record

    times = {
        "start": {"wall": "2023-05-22T09:00:00", "zone": ZONE},
        "end": {"wall": "2023-05-22T10:00:00", "zone": ZONE},
    }
    e = "/editions/mine"
    venue = made(f"{e}/venues", {"code": "main", "name": {"en": "Hotel"}, "zone": ZONE})["id"]
    room = made(f"{e}/rooms", {"code": "hall", "name": {"en": "Hall"}, "venue_id": venue})["id"]
    spare = made(f"{e}/rooms", {"code": "spare", "name": {"en": "Spare"}, "venue_id": venue})["id"]
    person = made("/people", {"latin_family": "Liu", "native_full": "刘春"})["id"]
    organization = made("/organizations", {"legal": {"en": "Chamber"}})["id"]
    for number in range(4):  # so that whoever is merged, person or organization, has a number that is there
        made("/organizations", {"legal": {"en": f"Office {number}"}})
    host = made(f"{e}/hosts", {"organization_id": organization, "role": "host"})["id"]
    opening = {"code": "s1", "title": {"en": "Opening"}, "kind": "opening", "places": 5}
    session = made(f"{e}/sessions", {**opening, **times})["id"]
    role = made(f"{e}/sessions/{session}/roles", {"person_id": person, "role": "speaker"})["id"]
    channel = made(f"{e}/sessions/{session}/channels", {"number": 1, "language": "en"})["id"]
    part = made(f"{e}/sessions/{session}/items", {"title": {"en": "Remarks"}, "minutes": 10})["id"]
    made(f"{e}/precedence-lists", {"scope": "program"})
    entry = made(f"{e}/precedence-lists/program/entries", {"person_id": person})["id"]
    made(f"{e}/people/{person}/titles", {"title": {"en": "President"}})
    track = made(f"{e}/tracks", {"code": "trade", "name": {"en": "Trade"}})["id"]
    made(f"{e}/agenda-versions", {})
    made(f"{e}/cue-sheets", {})
    made(f"{e}/registration-types", {"code": "delegate", "name": {"en": "Delegate"}, "is_open": True, "quota": 5})
    body = {"type": "delegate", "latin_family": "Wang", "email": "wang@example.org", "consent": True}
    registration = made(f"{e}/registrations", body)["registration_id"]
    made(f"{e}/badge-designs", {"code": "badge", "name": {"en": "Badge"}, "ready": "a6-portrait-delegate"})
    page = {"code": "wifi", "kind": "practical", "title": {"en": "Wi-Fi"}, "body": {"en": "Ask the desk."}}
    made(f"{e}/content-pages", page)
    jiangsu = made(f"{e}/delegations", {"code": "jiangsu", "name": {"en": "Jiangsu"}})["id"]
    member = made(f"{e}/delegations/jiangsu/members", {"registration_id": registration})["id"]
    gone = api("DELETE", f"{e}/rooms/{spare}", If_Match=api.get(f"{e}/rooms/{spare}").headers["ETag"]).json["id"]
    item = {"delegation": "jiangsu", "kind": "meal", "title": {"en": "Lunch"}, **times}
    visits = made(f"{e}/partitions", {"delegation": "jiangsu", "kind": "visit", "name": {"en": "Visits"}})["id"]
    branch = made(f"{e}/delegation-groups", {"partition_id": visits, "name": {"en": "North"}})["id"]
    in_branch = made(f"{e}/delegation-groups/{branch}/members", {"registration_id": registration})["id"]
    hotel = made(f"{e}/itinerary-places", {**INN, "code": "lodge"})["id"]
    nights = {"check_in": "2023-05-20", "check_out": "2023-05-26"}
    hotel_room = made(f"{e}/hotel-rooms", {"delegation": "jiangsu", "place_id": hotel, "kind": "twin", **nights})["id"]
    stay = made(f"{e}/hotel-rooms/{hotel_room}/stays", {"registration_id": registration})["id"]
    drive = made(f"{e}/itinerary-items", {**item, "kind": "transfer", "title": {"en": "Drive"}})["id"]
    coach, van, car = (
        made(f"{e}/vehicles", {"code": code, "kind": code, "name": {"en": code}, "seats": 9})["id"]
        for code in ("coach", "van", "car")
    )
    coach_run = made(f"{e}/coach-runs", {"item_id": drive, "vehicle_id": coach})["id"]
    api.post(f"{e}/coach-runs/{coach_run}/seats", {"people": [{"registration_id": registration, "seen": ""}]})
    [boarding] = api.get(f"{e}/coach-runs/{coach_run}/boardings").json["items"]
    seat = f"{e}/coach-runs/{coach_run}/boardings/{boarding['id']}"
    api("PATCH", seat, {"state": "boarded"}, If_Match=api.get(seat).headers["ETag"])  # so that it may depart
    assert api.post(f"{e}/delegations/jiangsu/give-out", {}).status_code == 200
    ahead = {end: {**times[end], "wall": times[end]["wall"].replace("2023", "2999")} for end in times}
    made(f"{e}/itinerary-items", {**item, **ahead})
    news = api.get(f"{e}/itinerary-changes").json["items"][0]
    told = {"registration_id": registration, "notice_ids": [one["notice_id"] for one in news["changes"]]}
    invitation = made(f"{e}/invitations", {"type": "delegate", "email": "lee@example.org"})["id"]
    block = made(f"{e}/place-blocks", {"type": "delegate", "name": {"en": "Bank"}, "quota": 2})["id"]
    beside = made(f"{e}/sessions", {**opening, "code": "s2", **times})["id"]
    made(f"{e}/sessions/{beside}/roles", {"person_id": person, "role": "speaker"})
    clash = {end: {"kind": "session", "id": one} for end, one in (("one", session), ("other", beside))}
    form = f"{e}/letter-forms/certificate"
    said = {"signatory_latin": "GUO Shaochun"}
    assert api("PATCH", form, said, If_Match=api.get(form).headers["ETag"]).status_code == 200
    letter = made(f"{e}/letters", {"kind": "certificate", "registration_id": registration})["ids"][0]
    links = {"invitation": f"{e}/invitations/{invitation}/link", "block": f"{e}/place-blocks/{block}/link"}
    tokens = {part: api.get(read).json["url"].rsplit("/", 1)[1] for part, read in links.items()}
    crew = {"code": "crew", "name": {"en": "Crew"}, "is_open": True, "is_media": True}
    made(f"{e}/registration-types", crew)
    outlet = {"type": "crew", "organization": {"en": "Wire"}, "media_role": "editor", "email": "li@example.org"}
    made(f"{e}/registrations", {**body, "link": tokens["block"], "email": "zhao@example.org"})
    door = made(f"{e}/checkpoints", {"code": "door", "kind": "door", "name": {"en": "Door"}})["id"]
    proof = made(f"{e}/name-proofs", {"delegation_id": jiangsu})["id"]
    made(
        f"{e}/seating-plans",
        {"code": "stage", "name": {"en": "Stage"}, "shape": "stage", "convention": "foreign-affairs", "sizes": [3]},
    )
    return {
        "host_id": host,
        "venue_id": venue,
        "room_id": room,
        "person_id": person,
        "organization_id": organization,
        "session_id": session,
        "role_id": role,
        "channel_id": channel,
        "cue_id": made(f"{e}/cues", {"session_id": beside, "department": "stage", "text": {"en": "Lights"}})["id"],
        "window_id": made(f"{e}/speaker-records/{person}/availability", times)["id"],
        "scope": "program",
        "kind": "diet",
        "entry_id": entry,
        "position": 1,
        "track_id": track,
        "registration_id": registration,
        "member_id": member,
        "override_id": made(f"{e}/clash-overrides", {"person_id": person, "minutes": 60, "reason": "Known", **clash})[
            "id"
        ],
        "supporter_id": made(f"{e}/delegations/jiangsu/supporters", {"organization_id": organization})["id"],
        "task_id": api.get(f"{e}/tasks").json["items"][0]["id"],
        "removal_id": gone,
        "job_id": made(f"{e}/print-jobs", {"paper": "badges"})["id"],
        "run_id": made(f"{e}/imports", {"kind": "people", "filename": "x.csv", "content": "TmFtZQpBbm4gWAo="})["id"],
        "affiliation_id": made(f"/people/{person}/affiliations", {"title": {"en": "President"}})["id"],
        "pair_id": made("/title-pairs", {"title": {"en": "Vice Governor", "zh-Hans": "副省长"}})["id"],
        "gone_id": made("/people", {"latin_family": "Chun", "latin_given": "Liu"})["id"],
        "place_id": made(f"{e}/itinerary-places", {**INN, "code": "inn"})["id"],
        "stock_id": made(f"{e}/badge-stocks", {"name": {"en": "Cards"}, **LABELS})["id"],
        "printer_id": made(f"{e}/badge-printers", {"name": {"en": "Desk 2"}, "offset_x": 0.5})["id"],
        "level_id": made(f"{e}/sponsor-levels", {"name": {"en": "Gold"}})["id"],
        "invitation_id": invitation,
        "letter_id": letter,
        "letter_kind": "certificate",
        "block_id": block,
        "tokens": tokens,
        "named_id": api.get(f"/block-links/{tokens['block']}").json["named"][0]["id"],
        "media_id": made(f"{e}/registrations", {**body, **outlet})["registration_id"],
        "group_id": made(f"{e}/registration-groups", GROUP)["group_id"],
        "writing_id": made(f"{e}/speaker-mailings", {})["id"],
        "partition_id": visits,
        "telling_id": made(f"{e}/itinerary-tellings", {**told, "seen": news["seen"]})["id"],
        "vehicle_id": van,
        "coach_run_id": coach_run,
        "spare_run_id": made(f"{e}/coach-runs", {"item_id": drive, "vehicle_id": car})["id"],
        "boarding_id": boarding["id"],
        "branch_id": branch,
        "hotel_room_id": hotel_room,
        "stay_id": stay,
        "in_branch_id": in_branch,
        "plan_id": made(f"{e}/agenda-plans", {"at_wall": "2999-01-01T09:00:00"})["id"],
        "mailing_id": made(f"{e}/mailings", {"subject": {"en": "News"}, "text": {"en": "See you."}})["id"],
        "message_id": api.get(f"{e}/registrations/{registration}/messages").json["items"][0]["id"],
        "checkpoint_id": door,
        "rehearsal_id": rehearsed(api, e),
        "alert_id": alerted(api, e, registration, door),
        "device_id": made(f"{e}/checkin-devices", {"name": "Phone", "checkpoint_id": door})["id"],
        "proof_id": proof,
        "proofed_id": api.get(f"{e}/name-proofs/{proof}/people").json["items"][0]["id"],
        "items": {
            "itinerary-items": made(f"{e}/itinerary-items", item)["id"],
            "sessions": part,
        },
        "edition": "mine",
        "number": 1,
        "purpose": "photo",
        "stock": "herma-9012",
    }


def rehearsed(api: Api, e: str) -> int:
    """A rehearsal, which is of the days before a forum."""
    stood = {name: api.get(e).json[name] for name in ("starts_on", "ends_on")}
    for days in (dict.fromkeys(stood, "2999-05-22"), stood):
        assert api("PATCH", e, days, If_Match=api.get(e).headers["ETag"]).status_code == 200
        if days != stood:
            found = int(api.post(f"{e}/rehearsals", {}).json["id"])
    return found


def alerted(api: Api, e: str, registration: int, door: int) -> int:
    """An alert: somebody becomes a VIP and comes."""
    with api.app.app_context():
        officer = reading().scalar(select(Account.id).order_by(Account.id))
        code = reading().scalar(select(TicketCode.code).where(TicketCode.registration_id == registration))
    one = f"{e}/registrations/{registration}"
    assert api("PATCH", one, {"responsible_id": officer}, If_Match=api.get(one).headers["ETag"]).status_code == 200
    assert api.post(f"{e}/scans", {"code": code, "nonce": "vip", "checkpoint_id": door}).json["result"] == "passed"
    return int(api.get(f"{e}/vip-alerts").json["items"][0]["id"])


def aimed_at(case: schemathesis.Case, known: dict[str, Any], api: Api) -> None:
    """Let the case meet a record that there is, and change it on what stands."""
    goes = case.method.upper() == "DELETE" and case.path.endswith("{coach_run_id}")  # seats in the other one go later
    known = {**known, "coach_run_id": known["spare_run_id"]} if goes else known
    for name in case.path_parameters:
        if name == "code":
            case.path_parameters[name] = next(code for part, code in CODES.items() if f"/{part}/" in case.path)
        elif name == "kind" and "/mail-texts" in case.path:
            case.path_parameters[name] = "registration-confirmed"
        elif name == "registration_id" and case.path.endswith(OF_MEDIA):
            case.path_parameters[name] = known["media_id"]
        elif name == "invitation_id" and case.path.endswith("/withdraw"):
            case.path_parameters[name] = known["named_id"]
        elif "/delegation-groups/" in case.path and name in ("group_id", "member_id"):
            case.path_parameters[name] = known["branch_id" if name == "group_id" else "in_branch_id"]
        elif "/hotel-rooms/" in case.path and name == "room_id":
            case.path_parameters[name] = known["hotel_room_id"]
        elif name == "token":
            case.path_parameters[name] = known["tokens"]["block" if "/block-links/" in case.path else "invitation"]
        elif name == "entry_id" and "/name-proofs/" in case.path:
            case.path_parameters[name] = known["proofed_id"]
        elif name == "item_id":
            case.path_parameters[name] = next(row for part, row in known["items"].items() if f"/{part}/" in case.path)
        else:
            case.path_parameters[name] = known.get(name, case.path_parameters[name])
    if "If-Match" in case.headers:
        # What an example before this one removed has no tag any more.
        read = OF_A_RECORD.sub("", case.formatted_path)
        case.headers["If-Match"] = api.get(read).headers.get("ETag", case.headers["If-Match"])


@pytest.fixture(scope="session")
def requests(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Flask, GenerationMode, int], list[Drawn]]:
    """The document's requests as they are drawn at random, always the same ones. Drawing them takes longer than sending
    them, so it is done once for all test processes, and those who send them send copies.
    """
    folder = of_all_processes(tmp_path_factory)

    def draw(app: Flask, mode: GenerationMode, one_in: int) -> list[Drawn]:
        document = app.test_client().get("/api/v1/openapi.json").json
        path = folder / f"requests-{mode.value}-{one_in}"
        with to_be_made(path.with_suffix(".made")) as is_missing:
            if is_missing:
                draw_to_file(path, document, mode, one_in, EXAMPLES[mode], EXAMPLES_IN_PUBLIC)
        return [Drawn(*one) for one in read_drawn(path, document)]

    return draw


class Drawn(NamedTuple):
    operation: Any
    cases: list[schemathesis.Case]


@pytest.fixture(autouse=True)
def _thrown_away() -> Iterator[None]:
    yield
    clear_all()


def ends(operation: Any) -> tuple[int, int]:
    """Whether it removes something, what stands below a record before the record, or, last of all, archives the
    edition, after which nothing of it can be changed.
    """
    if operation.path.endswith("/archive"):
        return 2, 0
    return (1, -operation.path.count("/")) if operation.method.upper() == "DELETE" else (0, 0)


BREADTH = pytest.mark.parametrize(
    "one_in", [pytest.param(SOME, id="some operations"), pytest.param(ALL, id="all operations", marks=pytest.mark.long)]
)


@pytest.mark.slow
@BREADTH
@pytest.mark.parametrize(
    ("mode", "aimed"),
    [
        pytest.param(
            GenerationMode.POSITIVE, True, id="as documented, at records that exist", marks=pytest.mark.both_databases
        ),
        pytest.param(GenerationMode.POSITIVE, False, id="as documented, at anything"),
        # Refused as the document says, before a database is asked.
        pytest.param(GenerationMode.NEGATIVE, False, id="against the document"),
    ],
)
def test_no_request_breaks_and_no_answer_is_undocumented(
    committed: Api,
    requests: Callable[[Flask, GenerationMode, int], list[Drawn]],
    mode: GenerationMode,
    aimed: bool,
    one_in: int,
) -> None:
    known = fill(committed)
    drawn = requests(committed.app, mode, one_in)
    checks = CHECKS.get_by_names(list(NAMES))
    headers = {"Authorization": f"Bearer {committed.token}", "Accept-Encoding": "identity"}
    seen: dict[str, set[int]] = {}

    # What ends something comes last, so that the others meet what there is.
    for operation, cases in sorted(drawn, key=lambda one: ends(one.operation)):
        for case in (one.derive() for one in cases[: EXAMPLES[mode]]):
            if aimed:
                aimed_at(case, known, committed)
            answer = case.call_and_validate(headers=headers, checks=checks, app=committed.app)
            seen.setdefault(operation.label, set()).add(answer.status_code)
    # Had every request been refused, nothing would have been tried.
    taken = [label for label, statuses in seen.items() if min(statuses) < 400]
    refused = sorted(label for label in seen if label not in taken)
    # Of some operations more need values that nobody draws.
    assert not aimed or len(taken) > len(seen) * (3 / 4 if one_in == 1 else 7 / 10), refused


@pytest.mark.slow
@BREADTH
def test_without_a_token_only_what_is_public_is_answered(
    committed: Api, requests: Callable[[Flask, GenerationMode, int], list[Drawn]], one_in: int
) -> None:
    known = fill(committed)
    drawn = requests(committed.app, GenerationMode.POSITIVE, one_in)
    checks = CHECKS.get_by_names(list(NAMES))

    for operation, cases in drawn:
        public = is_public(operation)
        for case in (one.derive() for one in cases[: EXAMPLES_IN_PUBLIC if public else AT_THE_DOOR]):
            aimed_at(case, known, committed)
            case.headers.pop("Authorization", None)
            answer = case.call_and_validate(headers={"Accept-Encoding": "identity"}, checks=checks, app=committed.app)
            assert public or answer.status_code == 401

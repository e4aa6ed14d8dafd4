from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from forumapp.core.database.transactions import transaction
from forumapp.domain.forums.queries import get_edition
from forumapp.domain.people.models import Person
from forumapp.domain.printing import queries
from forumapp.domain.printing.jobs import services
from forumapp.worker.printing import steps
from tests.api.onsite.test_checkin import code_of

if TYPE_CHECKING:
    from conftest import Api

JOBS = "/editions/mine/print-jobs"
NOW = datetime(2023, 5, 1, 12, tzinfo=UTC)
PDF = b"%PDF-1.7 a badge"


def finish(api: Api, job: dict[str, Any]) -> None:
    """What a worker does at the end."""
    api.app.extensions["forumapp.storage"].put("prints/badges.pdf", PDF)
    with transaction() as db:
        row = queries.get_print_job(db, get_edition(db, "mine").id, job["id"])
        services.start(db, row.id, total=1, findings=[], now=NOW)
        services.finish(db, row, services.Finished("prints/badges.pdf", "0" * 64, 1, "weasyprint"), [], now=NOW)


def test_a_paper_is_asked_for_followed_and_fetched(api: Api) -> None:
    asked = api.post(JOBS, {"paper": "badges", "options": {"stock": "a6", "languages": ["en"]}})
    assert asked.status_code == 201, asked.json
    where = asked.headers["Location"]
    assert where == f"/api/v1{JOBS}/{asked.json['id']}"
    assert {name: asked.json[name] for name in ("paper", "options", "status", "done", "total", "fault")} == {
        "paper": "badges",
        "options": {"stock": "a6", "languages": ["en"]},
        "status": "queued",
        "done": 0,
        "total": 0,
        "fault": None,
    }
    assert api.get(JOBS).json["items"] == [asked.json]
    early = api.get(f"{where}/file")
    assert (early.status_code, early.json["code"], early.json["details"]) == (409, "not-printed", {"status": "queued"})

    finish(api, asked.json)
    done = api.get(where)
    assert (done.json["status"], done.json["done"], done.json["total"], done.json["pages"]) == ("done", 1, 1, 1)
    assert done.headers["ETag"] != asked.headers["ETag"]
    fetched = api.get(f"{where}/file")
    assert (fetched.status_code, fetched.content_type, fetched.data) == (200, "application/pdf", PDF)
    assert fetched.headers["Content-Disposition"] == f'attachment; filename="mine-badges-{asked.json["id"]}.pdf"'
    over = api.post(f"{where}/cancel", If_Match=done.headers["ETag"])
    assert (over.status_code, over.json["code"]) == (409, "job-is-over")


def test_a_job_is_cancelled(api: Api) -> None:
    made = api.post(JOBS, {"paper": "badges"})
    where, tag = made.headers["Location"], made.headers["ETag"]
    assert (api.post(f"{where}/cancel").status_code, api.get(where).json) == (428, made.json)
    assert api.post(f"{where}/cancel", If_Match=tag).json["status"] == "cancelled"
    stands = api.get(where).json
    assert stands["status"] == "cancelled"
    stale = api.post(f"{where}/cancel", If_Match=tag)
    assert (stale.status_code, stale.json["details"]["current"]["status"]) == (412, "cancelled")
    assert api.get(where).json == stands


def test_a_print_that_began_meanwhile_is_cancelled_all_the_same(api: Api) -> None:
    made = api.post(JOBS, {"paper": "badges"})
    with transaction() as db:
        assert services.start(db, made.json["id"], total=1, findings=[], now=NOW)
    where = made.headers["Location"]
    assert api.post(f"{where}/cancel", If_Match=made.headers["ETag"]).json["status"] == "cancelled"


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"paper": "poster"}, {"paper": ["not-an-option"]}),
        ({"paper": "seating-plans", "options": {"plan": "stage"}}, {"paper": ["not-an-option"]}),
        ({}, {"paper": ["required"]}),
        ({"paper": "badges", "options": {"stock": "a0"}}, {"options.stock": ["unknown"]}),
        ({"paper": "badges", "options": {"languages": ["de"]}}, {"options.languages.0": ["not-an-option"]}),
        ({"paper": "badges", "options": {"color": "red"}}, {"options.color": ["unknown"]}),
        ({"paper": "certificates", "options": {"letters": [7]}}, {"options.letters": ["unknown"]}),
        ({"paper": "program-erratum", "options": {"agenda": 2, "since": 2}}, {"options.since": ["not-earlier"]}),
        ({"paper": "badges", "options": {"anyway": " "}}, {"options.anyway": ["required"]}),
        ({"paper": "badges", "options": {"anyway": "So", "despite": "1"}}, {"options.despite": ["malformed"]}),
    ],
)
def test_what_cannot_be_printed_is_refused(api: Api, body: dict[str, Any], errors: dict[str, list[str]]) -> None:
    answer = api.post(JOBS, body)
    assert (answer.status_code, answer.json["errors"]) == (422, errors)
    assert api.get(JOBS).json["total"] == 0


def test_jobs_of_another_edition_do_not_exist_for_the_caller(api: Api) -> None:
    job = api.post(JOBS, {"paper": "badges"}).json
    theirs = f"/editions/theirs/print-jobs/{job['id']}"
    for answer in (
        api.get("/editions/theirs/print-jobs"),
        api.get(theirs),
        api.get(f"{theirs}/file"),
        api.post(f"{theirs}/cancel", If_Match='"1-000000000000"'),
        api.post("/editions/theirs/print-jobs", {"paper": "badges"}),
    ):
        assert (answer.status_code, answer.json["code"]) == (404, "not-found")
    assert api.public().get(f"{JOBS}/{job['id']}/file").status_code == 401


def test_what_a_print_would_do_is_told_before_and_what_it_did_after(api: Api) -> None:
    finish(api, api.post(JOBS, {"paper": "program", "device": "Desk 2"}).json)
    before = api.get("/editions/mine/print-preflight?paper=badges&boxes=6&languages=en,zh-Hans")
    none = {"count": 0, "blocking": False, "mark": None, "reprints": 0, "findings": [], "boxes": []}
    assert before.json == {**none, "nothing": "nothing-to-print"}
    erratum = api.get("/editions/mine/print-preflight?paper=program-erratum")
    assert erratum.json == {**none, "nothing": "nothing-published"}
    signs = api.get("/editions/mine/print-preflight?paper=lectern-signs&speaking=yes")
    assert signs.json == {**none, "nothing": "nothing-to-print"}
    for unknown in ("badges&type=none", "program-erratum&since=7"):
        assert api.get(f"/editions/mine/print-preflight?paper={unknown}").status_code == 404
    counts = api.get("/editions/mine/badge-counts").json
    assert counts["badges"] == {"not-printed": 0, "changed": 0, "to-print": 0}
    (piece,) = api.get("/editions/mine/printed-pieces?paper=program").json["items"]
    assert (piece["device"], piece["registration_id"], piece["reason"]) == ("Desk 2", None, None)
    assert api.get("/editions/mine/printed-pieces?q=nobody").json["total"] == 0


def looked_through(api: Api, body: dict[str, Any]) -> dict[str, Any]:
    """A print that was asked for, after its worker has looked it through."""
    made = api.post(JOBS, body)
    assert made.status_code == 201, made.json
    with api.app.app_context():
        steps.begin(api.app, made.json["id"])
    told: dict[str, Any] = api.get(f"{JOBS}/{made.json['id']}").json
    return told


def test_whoever_prints_in_spite_of_findings_says_by_their_mark_that_they_were_seen(api: Api) -> None:
    marks = set()
    for family in ("Liu", "Wang"):
        code_of(api, family)
        with transaction() as db:
            db.execute(update(Person).where(Person.latin_family == family).values(native_full="周\U00013000"))
        check = api.get("/editions/mine/print-preflight?paper=badges").json
        blocking = [one for one in check["findings"] if one["blocking"]]
        body = {"paper": "badges", "options": {"anyway": "Written by hand"}}
        for options in ({}, body["options"], {**body["options"], "despite": "0" * 16}):
            told = looked_through(api, {**body, "options": options})
            assert (told["status"], told["fault"], told["mark"]) == ("failed", "findings", check["mark"])
            assert [one for one in told["findings"] if one["blocking"]] == blocking
        body["options"]["despite"] = check["mark"]
        assert looked_through(api, body)["status"] == "running"
        marks.add(check["mark"])
    assert len(marks) == 2
    count = api.get(JOBS).json["total"]
    one = api.get("/editions/mine/registrations").json["items"][0]["id"]
    badge = f"/editions/mine/registrations/{one}/badges"
    refused = api.post(badge, {"anyway": "Written by hand"})
    assert (refused.status_code, refused.json["code"], api.get(JOBS).json["total"]) == (422, "findings", count)
    (found,) = [told for told in refused.json["details"]["findings"] if told["blocking"]]
    assert found in blocking
    assert {name: found[name] for name in ("severity", "subject", "parties")} == {
        "severity": "block", "subject": found["name"], "parties": [{"kind": "registration", "id": one}]
    }  # fmt: skip
    seen = {"anyway": "Written by hand", "despite": refused.json["details"]["mark"]}
    assert api.post(badge, seen).status_code == 201


def test_letters_are_issued_in_spite_of_what_was_seen_alone(api: Api) -> None:
    code_of(api, "Liu")
    letters, body = "/editions/mine/letters", {"kind": "certificate", "anyway": "Signed by hand"}
    refused = api.post(letters, body)
    assert (refused.status_code, refused.json["code"], api.get(letters).json["total"]) == (422, "findings", 0)
    assert "no-signatory" in [one["code"] for one in refused.json["details"]["findings"] if one["blocking"]]
    seen = {**body, "despite": refused.json["details"]["mark"]}
    made = api.post(letters, seen)
    assert (made.status_code, made.json["count"]) == (201, 1)
    assert "no-signatory" in [one["code"] for one in made.json["findings"] if one["blocking"]]
    check = "/editions/mine/print-preflight?paper=certificates&letters="
    (issued,) = made.json["ids"]
    assert (api.get(f"{check}{issued}").json["count"], api.get(f"{check}{issued},{issued}").json["count"]) == (1, 1)
    assert [api.get(check + said).status_code for said in (f"{issued + 7}", f"{issued},", "one", "0")] == [422] * 4

    one = f"{letters}/{made.json['ids'][0]}"
    again, tag = {**seen, "reason": "Lost"}, {"If_Match": api.get(one).headers["ETag"]}
    del again["kind"]
    unseen = api.post(f"{one}/reissue", {**again, "despite": "0" * 16}, **tag)
    assert (unseen.status_code, unseen.json["details"]["mark"]) == (422, seen["despite"])
    anew = api.post(f"{one}/reissue", again, **tag)
    assert (anew.status_code, anew.json["findings"]) == (200, made.json["findings"])
    revoked = api.post(JOBS, {"paper": "certificates", "options": {"letters": made.json["ids"]}})
    assert (revoked.status_code, revoked.mimetype) == (422, "application/problem+json")
    assert revoked.json["errors"] == {"options.letters": ["letter-revoked"]}
    assert api.get(JOBS).json["total"] == 0

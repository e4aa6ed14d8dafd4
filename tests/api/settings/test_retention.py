"""Data that goes, by the API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from forumapp.core.database.transactions import transaction
from forumapp.domain.forums.queries import get_edition
from forumapp.domain.retention.models import PurgeReport
from forumapp.domain.retention.rules import Kind

if TYPE_CHECKING:
    from conftest import Api

RULES = "/editions/mine/retention-rules"
USUAL = "2023-06-21"


def test_a_day_is_read_and_set_over_the_version_that_was_read(api: Api) -> None:
    kinds = [kind.value for kind in Kind]
    dates = dict.fromkeys(kinds, USUAL) | {"contacts": "2024-05-21"}
    expected = [{"kind": one, "purge_on": dates[one], "version": 0} for one in kinds]
    assert api.get(RULES).json["items"] == expected
    read = api.get(f"{RULES}/diet")
    tag = read.headers["ETag"]
    body = {"purge_on": "2023-07-01"}
    assert api.patch(f"{RULES}/diet", body).status_code == 428
    changed = api.patch(f"{RULES}/diet", body, If_Match=tag)
    assert (changed.status_code, changed.json) == (200, {"kind": "diet", "purge_on": "2023-07-01", "version": 1})
    assert api.get(f"{RULES}/diet").headers["ETag"] == changed.headers["ETag"]
    assert api.patch(f"{RULES}/diet", {"purge_on": "2023-08-01"}, If_Match=tag).status_code == 412
    early = api.patch(f"{RULES}/diet", {"purge_on": "2023-05-21"}, If_Match=changed.headers["ETag"])
    assert (early.status_code, early.json["errors"]) == (422, {"purge_on": ["before-the-end"]})


def test_rules_and_reports_are_for_those_with_a_role_there(api: Api) -> None:
    for path in ("retention-rules", "retention-rules/diet", "purge-reports"):
        assert api.get(f"/editions/theirs/{path}").status_code == 404
        assert api.public().get(f"/editions/mine/{path}").status_code == 401
    assert api.get(f"{RULES}/passports").status_code == 404


def test_reports_say_what_went(api: Api) -> None:
    with transaction() as db:
        of = get_edition(db, "mine").id
        at = datetime(2023, 6, 21, 3, tzinfo=UTC)
        db.add(PurgeReport(edition_id=of, kind=Kind.DIET, purged_at=at, counts={"registration": 3}, total=3))
    (report,) = api.get("/editions/mine/purge-reports").json["items"]
    del report["id"]
    assert report == {
        "kind": "diet",
        "purged_at": {"at": "2023-06-21T03:00:00+00:00", "zone": "UTC"},
        "counts": {"registration": 3},
        "total": 3,
    }

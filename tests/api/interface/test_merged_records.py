"""The addresses of records that have become one with another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forumapp.core.database.transactions import transaction
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.people.duplicates.merging import merge
from forumapp.domain.people.models import Kept

if TYPE_CHECKING:
    from conftest import Api


def merged(api: Api, kind: Kept, path: str, *bodies: dict[str, object]) -> tuple[int, int]:
    """The ids of two records, the first of which has taken in the second."""
    kept, gone = (int(api.post(path, body).json["id"]) for body in bodies)
    with transaction() as db:
        from tests.api.conftest import NOW  # the day of all of them

        by = {"actor": Actor(None, Via.COMMAND), "now": NOW}
        merge(db, kind, kept, gone, version=1, gone_version=1, **by)
    return kept, gone


@pytest.mark.parametrize(
    ("kind", "path", "name"),
    [
        (Kept.PERSON, "/people", {"latin_family": "Liu"}),
        (Kept.ORGANIZATION, "/organizations", {"legal": {"en": "Port"}}),
    ],
)
def test_the_old_address_leads_to_the_record_that_was_kept(
    api: Api, kind: Kept, path: str, name: dict[str, object]
) -> None:
    kept, gone = merged(api, kind, path, name, name)
    for answer in (api.get(f"{path}/{gone}"), api.patch(f"{path}/{gone}", name, If_Match='"1-000000000000"')):
        assert (answer.status_code, answer.headers["Location"], answer.json["code"], answer.json["details"]) == (
            308, f"/api/v1{path}/{kept}", "merged", {"into": kept},
        )  # fmt: skip
    assert api.public().get(f"{path}/{gone}").status_code == 401


def test_what_hangs_on_the_old_one_is_led_to_as_well(api: Api) -> None:
    kept, gone = merged(api, Kept.PERSON, "/people", {"latin_family": "Liu"}, {"latin_family": "Lau"})
    answer = api.get(f"/editions/mine/people/{gone}/titles?page_size=5")
    assert answer.headers["Location"] == f"/api/v1/editions/mine/people/{kept}/titles"

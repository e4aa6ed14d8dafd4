"""What is read can be sent back as it is: no field is told in a shape that is not taken."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tests.api.interface.test_schemathesis import aimed_at, fill

if TYPE_CHECKING:
    from conftest import Api


@pytest.mark.one_database
def test_every_record_that_can_be_changed_takes_back_what_it_tells(api: Api) -> None:
    known, refused, tried = fill(api), {}, 0
    for path, operations in api.get("/openapi.json").json["paths"].items():
        if not {"get", "patch"} <= operations.keys():
            continue
        named = dict.fromkeys(re.findall(r"{(\w+)}", path))
        case: Any = SimpleNamespace(method="PATCH", path=path, headers={}, path_parameters=named)
        aimed_at(case, known, api)
        if None in case.path_parameters.values():
            continue  # of corrections there are none yet
        address = path.format(**case.path_parameters)
        read = api.get(address)
        assert read.status_code == 200, address
        tried += 1
        back = api.patch(address, read.json, If_Match=read.headers["ETag"])
        if back.status_code != 200:
            refused[address] = back.json
            continue
        same = {name: value for name, value in back.json.items() if name != "version"}
        assert same == {name: value for name, value in read.json.items() if name != "version"}, address
    assert (refused, tried > 20) == ({}, True)


def test_what_nobody_can_change_is_refused_unless_it_says_what_stands(api: Api) -> None:
    made = api.post("/editions/mine/venues", {"code": "main", "name": {"en": "Hotel"}, "zone": "Asia/Shanghai"})
    where, tag = made.headers["Location"], made.headers["ETag"]
    wrong = api.patch(where, {**made.json, "code": "annex", "id": 4711}, If_Match=tag)
    assert (wrong.status_code, wrong.json["errors"]) == (422, {"code": ["read-only"], "id": ["read-only"]})
    changed = api.patch(where, {**made.json, "name": {"en": "Inn"}}, If_Match=tag)
    assert (changed.status_code, changed.json["name"]) == (200, {"en": "Inn"})
    stale = api.patch(where, {**made.json, "name": {"en": "Hostel"}}, If_Match=tag)
    assert (stale.status_code, stale.json["details"]["current"]["name"]) == (412, {"en": "Inn"})

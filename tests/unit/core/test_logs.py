"""What a log may not tell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from forumapp.core.logs import logger, set_up_logs

if TYPE_CHECKING:
    import pytest


def test_a_fault_is_told_without_what_the_variables_held(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs()

    def add(person: dict[str, str]) -> None:
        raise RuntimeError(f"{len(person)} columns")

    try:
        add({"email": "liuchun@example.cn", "phone": "+86 139 1234 5678"})
    except RuntimeError:
        logger("worker").exception("an import failed", run=7)
    line = capsys.readouterr().err
    told = json.loads(line)
    assert (told["event"], told["run"]) == ("an import failed", 7)
    assert told["exception"][0]["exc_value"] == "2 columns"
    assert [frame["name"] for frame in told["exception"][0]["frames"]][-1] == "add"
    assert "liuchun" not in line
    assert "1234" not in line

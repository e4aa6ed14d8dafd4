"""What all scripts of pages have in common."""

from __future__ import annotations

import re

from forumapp.core.paths import ROOT

CALL = re.compile(r"\bfetch\((?:[^;]|\n)*?;")


def test_what_a_page_loads_fails_when_the_server_does_not_answer() -> None:
    """A request without a limit leaves its page in the state before, for as long as the connection hangs."""
    scripts = [path for path in sorted((ROOT / "static").glob("*.js")) if not path.name.endswith("_worker.js")]
    calls = [(path.name, call) for path in scripts for call in CALL.findall(path.read_text(encoding="utf-8"))]

    loads = [(name, call) for name, call in calls if 'method: "POST"' not in call]
    assert len(loads) > 8
    assert [name for name, call in loads if "signal" not in call] == []

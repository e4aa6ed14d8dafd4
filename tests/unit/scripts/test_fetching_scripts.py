"""Every script that fetches has a loading and a failure state of its own."""

from __future__ import annotations

import re

import pytest

from forumapp.core.paths import ROOT

STATIC = ROOT / "static"
FETCHES = re.compile(r"\bfetch\(")
# By script: what shows that it loads, and what shows that it failed.
STATES = {
    "app.js": ("data-poll", "markStale(next, true)"),  # the last state is shown until the next one comes
    "captain.js": ("dataset.unsent", "dataset.waiting"),
    "checkin.js": ("connection", "catch"),
    "checkin_connection.js": ("isOnline", "is-away"),
    "checkin_queue.js": ("PATIENCE_MS", "throw new Error"),
    "checkin_roster.js": ("onProgress", "throw new Error"),
    "color.js": ('"aria-busy", "true"', "dataset.failed"),
    "combobox.js": ("words.loading", "words.failed"),
    "designer.js": ('"aria-busy", "true"', "data-look-failed"),
    "desk_network.js": ("SLOWEST_MS", "away()"),
    "panel.js": ('"aria-busy", "true"', "location.assign(link.href)"),  # the page itself then shows the failure
    "screen.js": ("REFRESH_MS", "showStale(true)"),  # the last state is shown until the next one comes
    "search.js": ('"aria-busy", "true"', "dataset.failed"),
    "timetable_store.js": ('"loading"', '"failed"'),
    "workspace.js": ('"aria-busy", "true"', "form.submit()"),  # the browser then shows the failure
}
# Service workers answer requests of pages; the pages have the states.
WORKERS = {"checkin_worker.js", "itinerary_worker.js"}


def test_every_script_that_fetches_is_listed() -> None:
    fetching = {path.name for path in STATIC.glob("*.js") if FETCHES.search(path.read_text(encoding="utf-8"))}
    assert fetching == STATES.keys() | WORKERS


@pytest.mark.parametrize("name", STATES)
def test_it_has_both_states(name: str) -> None:
    source = (STATIC / name).read_text(encoding="utf-8")
    assert [state for state in STATES[name] if state not in source] == []

"""Every page is valid HTML by the Nu validator, in both languages."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from forumapp.core.paths import ROOT
from forumapp.domain.accounts.permissions import Role
from tests.access.asking import address
from tests.access.routes import ROUTES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.access.world import World

VNU = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
LANGUAGES = ("en", "zh-Hans")


def write_pages(world: World, folder: Path) -> int:
    """Store each HTML page that the owner can open, in each language. Returns how many pages there are."""
    browser, count = world.browser(Role.OWNER), 0
    for route in (route for route in ROUTES if route.startswith("GET ") and "/api/" not in route):
        name = re.sub(r"[^A-Za-z0-9]+", "-", route.removeprefix("GET "))
        for language in LANGUAGES:
            answer = browser.get(address(world, route, world.jiangsu), headers={"Accept-Language": language})
            if answer.mimetype == "text/html" and answer.text.lstrip().lower().startswith("<!doctype"):
                (folder / f"{language}{name}.html").write_text(answer.text, encoding="utf-8")
                count += 1
    return count


@pytest.mark.one_database
def test_every_page_is_valid_in_both_languages(world: World, tmp_path: Path) -> None:
    assert VNU.exists(), "vnu-jar is not installed: make test installs it"
    count = write_pages(world, tmp_path)

    command = ["java", "-Xss4m", "-jar", str(VNU), "--errors-only", "--format", "json", "--exit-zero-always"]
    result = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, check=True)

    messages = json.loads(result.stderr)["messages"]
    assert [
        f"{message['url'].rsplit('/', 1)[-1]}:{message['lastLine']}: {message['message']} {message.get('extract', '')!r}"
        for message in messages
    ] == []
    assert count > 400

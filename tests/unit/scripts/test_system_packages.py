"""Set-up on a machine that lacks something: it says what is missing and leaves everything as it was."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))

import system_packages

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[3]


def a_need(package: str, *answers: bool) -> system_packages.Need:
    """A need whose proof gives these answers one after the other."""
    remaining = list(answers)
    return (package, lambda: remaining.pop(0))


@pytest.fixture
def arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["system_packages.py"])


@pytest.mark.parametrize(
    ("provided", "expected"),
    [
        (system_packages.has_command("no-such-command", "sh"), True),
        (system_packages.has_command("no-such-command"), False),
        (system_packages.has_library("libpango-1.0.so.0"), True),
        (system_packages.has_library("libno-such-thing.so.0"), False),
        (system_packages.has_family("Noto Sans CJK SC"), True),
        (system_packages.has_family("No Such Family"), False),
        (system_packages.has_module("json"), True),
        (system_packages.has_module("no_such_module"), False),
    ],
)
def test_a_package_is_known_by_what_it_provides(provided: Callable[[], bool], expected: bool) -> None:
    assert provided() is expected


@pytest.mark.usefixtures("arguments")
def test_missing_packages_are_installed_when_allowed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    log = tmp_path / "log"
    apt = tmp_path / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$@" >>{log}\n')
    apt.chmod(0o755)
    needed = [a_need("present", True, True), a_need("absent", False, True)]
    monkeypatch.setattr(system_packages, "needs", lambda **_: needed)
    monkeypatch.setattr(system_packages, "installer", lambda: [str(apt)])
    assert system_packages.main() == 0
    assert log.read_text() == "update -qq\ninstall -qq -y --no-install-recommends absent\n"


@pytest.mark.usefixtures("arguments")
@pytest.mark.parametrize(
    ("apt", "needed", "expected"),
    [
        pytest.param(
            None,
            a_need("absent", False),
            "System packages are missing and may not be installed by this user: absent\n"
            "Nothing was set up. Install them and run the command again:\n"
            "  sudo apt-get update && sudo apt-get install --no-install-recommends absent\n",
            id="not allowed",
        ),
        pytest.param(
            ["false"],
            a_need("absent", False),
            "System packages are missing and could not be installed: absent\n"
            "Nothing was set up. Install them and run the command again:\n"
            "  sudo apt-get update && sudo apt-get install --no-install-recommends absent\n",
            id="apt-get fails",
        ),
        pytest.param(
            ["true"],
            a_need("absent", False, False),
            "Installed, but still not usable here: absent\n",
            id="installed in vain",
        ),
    ],
)
def test_missing_packages_are_named_and_refused(
    apt: list[str] | None,
    needed: system_packages.Need,
    expected: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(system_packages, "needs", lambda **_: [needed])
    monkeypatch.setattr(system_packages, "installer", lambda: apt)
    assert system_packages.main() == 1
    assert capsys.readouterr().err == expected


@pytest.mark.parametrize(
    ("apt", "needed", "expected"),
    [
        pytest.param(["true"], [a_need("absent", False)], "", id="installed"),
        pytest.param(["false"], [], "", id="nothing is missing"),
        pytest.param(
            ["false"],
            [a_need("absent", False)],
            "Not installed, which makes the tests slower: absent\n",
            id="apt-get fails",
        ),
        pytest.param(
            None, [a_need("absent", False)], "Not installed, which makes the tests slower: absent\n", id="not allowed"
        ),
    ],
)
def test_set_up_goes_on_without_an_optional_package(
    apt: list[str] | None,
    needed: list[system_packages.Need],
    expected: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["system_packages.py", "--optional"])
    monkeypatch.setattr(system_packages, "optional_needs", lambda: needed)
    monkeypatch.setattr(system_packages, "installer", lambda: apt)
    assert system_packages.main() == 0
    assert capsys.readouterr().err == expected


def test_set_up_stops_before_doing_anything(tmp_path: Path) -> None:
    """A machine without node, npm, apt-get and sudo: PATH holds the few commands that set-up itself needs."""
    commands = tmp_path / "bin"
    commands.mkdir()
    for name in ("bash", "dirname", "cat", "sed", "fc-list"):
        found = shutil.which(name)
        assert found, name
        (commands / name).symlink_to(found)
    (commands / "python3").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (commands / "python3").chmod(0o755)
    checkout = tmp_path / "checkout"
    shutil.copytree(ROOT / "scripts", checkout / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    before = sorted(checkout.rglob("*"))
    environment = {"PATH": str(commands), "HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        ["bash", "scripts/setup.sh"], cwd=checkout, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    first, *_rest, command = done.stderr.splitlines()
    assert first.startswith("System packages are missing and may not be installed by this user: nodejs npm")
    assert command.startswith("  sudo apt-get update && sudo apt-get install --no-install-recommends nodejs npm")
    assert sorted(checkout.rglob("*")) == before


def test_set_up_refuses_an_old_python(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    environment = {**os.environ, "PYTHON": str(old)}
    done = subprocess.run(
        ["bash", "scripts/setup.sh"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, f"setup: PYTHON={old} is not Python 3.11 or newer.\n")
    assert (ROOT / "scripts" / "setup.sh").stat().st_mode & stat.S_IXUSR

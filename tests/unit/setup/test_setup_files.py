"""The files that set-up and start stand on: lock files, commands, processes."""

from __future__ import annotations

import json
import re
import subprocess
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[3]
LOCKS = ("requirements.txt", "requirements-build.txt", "requirements-test.txt")
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z,]+\])?==([^ ;\\]+)", re.MULTILINE)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall(read(name)))


def asked_for(name: str) -> set[str]:
    lines = (re.match(r"[A-Za-z0-9._-]+", line) for line in read(name).splitlines())
    return {line.group().lower() for line in lines if line and not line.group().startswith("-")}


def test_make_alone_prints_every_command() -> None:
    printed = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (
        printed.stdout
        == subprocess.run(
            ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
    )
    phony = re.search(r"^\.PHONY: (.*)$", read("Makefile"), re.MULTILINE)
    assert phony
    assert re.findall(r"^  make (\S+) +\S", printed.stdout, re.MULTILINE) == phony.group(1).split()


@pytest.mark.parametrize("name", LOCKS)
def test_a_requirements_lock_pins_all_with_hashes_and_names_no_host(name: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"^ *#.*\n", "", read(name), flags=re.MULTILINE).strip())
    assert entries
    assert [entry for entry in entries if not PIN.match(entry) or "--hash=sha256:" not in entry] == []
    assert re.findall(r"://|--(?:extra-)?index-url|--find-links", read(name).replace("--no-emit-index-url", "")) == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_requirements_lock_holds_what_is_asked_for(name: str) -> None:
    source = name.replace(".txt", ".in")
    assert asked_for(source) - set(pins(name)) == set()


def test_a_lock_names_the_extras_that_packages_ask_for() -> None:
    """pip refuses fonttools[woff] where the lock says fonttools and a newer version than that has appeared."""
    named = dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)\[([a-z,]+)\]==", read("requirements.txt"), re.MULTILINE))
    installed = {canonicalize_name(package.name): package for package in distributions()}
    needed = [
        Requirement(line)
        for name in installed.keys() & pins("requirements.txt").keys()
        for line in installed[name].requires or ()
    ]
    extras = {
        (canonicalize_name(package.name), extra)
        for package in needed
        if package.marker is None or package.marker.evaluate({"extra": ""})
        for extra in package.extras
    }
    assert extras
    assert {(name, extra) for name, extra in extras if extra not in named.get(name, "").split(",")} == set()


def test_tests_run_on_the_versions_that_are_installed() -> None:
    tested = pins("requirements-test.txt")
    installed = pins("requirements.txt")
    assert {name: tested.get(name) for name in installed} == installed


def test_the_browser_lock_names_no_registry_and_proves_each_package() -> None:
    lock = json.loads(read("package-lock.json"))
    asked = json.loads(read("package.json"))
    root = lock["packages"].pop("")
    assert (root["dependencies"], root["devDependencies"]) == (asked["dependencies"], asked["devDependencies"])
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
        assert package["integrity"].startswith("sha512-"), name


def test_browser_libraries_are_pinned_exactly() -> None:
    asked = json.loads(read("package.json"))
    for name, version in {**asked["dependencies"], **asked["devDependencies"]}.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name


def test_web_and_worker_are_the_processes() -> None:
    processes = dict(line.split(": ", 1) for line in read("Procfile").splitlines())
    assert list(processes) == ["web", "worker"]
    assert processes["web"].startswith("exec gunicorn ")
    assert processes["web"].endswith(" wsgi:app")
    assert processes["worker"] == "trap : TERM INT; until python -m forumapp worker; do sleep 1; done"

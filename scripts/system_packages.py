"""Finds the system packages that are missing, by what they provide, and installs them when allowed.

Runs before anything is installed, on any Python from 3.11 on: standard library only.
"""

from __future__ import annotations

import argparse
import ctypes
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Need = tuple[str, "Callable[[], bool]"]


def has_command(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


def has_library(name: str) -> Callable[[], bool]:
    """Whether the loader finds it: WeasyPrint opens these by the same names."""

    def loads() -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return loads


def has_family(family: str) -> Callable[[], bool]:
    def listed() -> bool:
        if not shutil.which("fc-list"):
            return False
        found = subprocess.run(["fc-list", f":family={family}", "file"], capture_output=True, text=True, check=False)
        return bool(found.stdout.strip())

    return listed


def has_module(name: str) -> Callable[[], bool]:
    return lambda: importlib.util.find_spec(name) is not None


def needs(*, tests: bool, venv: bool) -> list[Need]:
    """Each package with the proof that it is not needed any more."""
    found: list[Need] = [
        ("libpango-1.0-0", has_library("libpango-1.0.so.0")),
        ("libpangoft2-1.0-0", has_library("libpangoft2-1.0.so.0")),
        ("libharfbuzz-subset0", has_library("libharfbuzz-subset.so.0")),
        ("fontconfig", has_command("fc-list")),
        ("fonts-noto-core", has_family("Noto Sans")),
        ("fonts-noto-cjk", has_family("Noto Sans CJK SC")),
        ("nodejs", has_command("node")),
        ("npm", has_command("npm")),
    ]
    if venv:
        found.append((f"python{sys.version_info.major}.{sys.version_info.minor}-venv", has_module("ensurepip")))
    if tests:
        found += [
            (chromium_package(), has_command("chromium", "chromium-browser", "google-chrome")),
            ("qpdf", has_command("qpdf")),
            ("poppler-utils", has_command("pdftotext")),
            ("default-jre-headless", has_command("java")),  # the HTML validator
        ]
    return found


def optional_needs() -> list[Need]:
    """What only makes the tests quicker: set-up goes on without it."""
    if chromium_package() == "chromium-browser":  # Ubuntu has no package of the headless shell
        return []
    return [("chromium-headless-shell", has_command("chromium-headless-shell", "chrome-headless-shell"))]


def chromium_package() -> str:
    try:
        system = platform.freedesktop_os_release().get("ID")
    except OSError:
        system = None
    return "chromium-browser" if system == "ubuntu" else "chromium"


def missing(wanted: Iterable[Need]) -> list[str]:
    return [package for package, provided in wanted if not provided()]


def installer() -> list[str] | None:
    """How apt-get can be run here without asking anyone, or None."""
    if not shutil.which("apt-get"):
        return None
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    if os.geteuid() == 0:
        return quiet
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n", *quiet]
    return None


def install(apt: Sequence[str], packages: Sequence[str]) -> bool:
    print(f"Installing system packages: {' '.join(packages)}", flush=True)
    for arguments in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", *packages]):
        # apt's chatter goes to stderr (2): only what set-up itself says belongs on stdout
        if subprocess.run([*apt, *arguments], stdout=2, stdin=subprocess.DEVNULL, check=False).returncode:
            return False
    importlib.invalidate_caches()
    return True


def install_optional() -> int:
    packages = missing(optional_needs())
    apt = installer() if packages else None
    if packages and not (apt and install(apt, packages)):
        print(f"Not installed, which makes the tests slower: {' '.join(packages)}", file=sys.stderr)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tests", action="store_true", help="also what only the tests need")
    parser.add_argument("--venv", action="store_true", help="also what `python -m venv` needs")
    parser.add_argument("--optional", action="store_true", help="only what makes the tests quicker; never fails")
    options = parser.parse_args()
    if options.optional:
        return install_optional()
    wanted = needs(tests=options.tests, venv=options.venv)
    packages = missing(wanted)
    if not packages:
        return 0
    apt = installer()
    if apt and install(apt, packages):
        packages = missing(wanted)
        if not packages:
            return 0
        print(f"Installed, but still not usable here: {' '.join(packages)}", file=sys.stderr)
        return 1
    reason = "could not be installed" if apt else "may not be installed by this user"
    print(f"System packages are missing and {reason}: {' '.join(packages)}", file=sys.stderr)
    print("Nothing was set up. Install them and run the command again:", file=sys.stderr)
    print(
        f"  sudo apt-get update && sudo apt-get install --no-install-recommends {' '.join(packages)}", file=sys.stderr
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())

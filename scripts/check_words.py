"""Checks that code and docs use none of the words in `RETIRED`, in names, docstrings, comments, messages and pages.

`retired_words.toml` lists how many each folder may still hold; a folder that is not listed may hold none. Numbers only
go down: `--write` writes counts of today where they are lower, and `--list FOLDER` shows where the words are.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parents[1]
ALLOWED = Path(__file__).with_name("retired_words.toml")
SUFFIXES = {".py", ".md", ".js", ".html", ".jinja", ".txt", ".css"}
READ = (
    "forumapp",
    "docs",
    "static",
    "templates",
    "bench",
    "scripts",
    "tests",
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
)
NOT_READ = {"vendor", "__pycache__"}
THIS = {"scripts/check_words.py", "scripts/retired_words.toml", "tests/unit/scripts/test_check_words.py"}
RETIRED = re.compile(
    r"(?<![A-Za-z])(whoever|whose|of whom|told|untold|said|met|beside|nobody is|so that nobody)(?![A-Za-z])",
    re.IGNORECASE,
)
DEPTH = 3  # parts of a path by which words are counted: forumapp/domain/agenda


def find_retired(text: str) -> list[tuple[int, str]]:
    """Each retired word with its line."""
    return [
        (number, match.group(1).lower())
        for number, line in enumerate(text.splitlines(), 1)
        for match in RETIRED.finditer(line)
    ]


def folder_of(path: Path) -> str:
    """`forumapp/domain/agenda` for all that is below it, `tests/api` for tests, and the top folder elsewhere."""
    parts = path.parts[:-1] or (path.name,)
    depth = {"forumapp": DEPTH, "tests": 2}.get(parts[0], 1)
    return "/".join(parts[:depth])


def list_files(root: Path) -> Iterator[Path]:
    for name in READ:
        top = root / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and path.suffix in SUFFIXES and not NOT_READ & set(path.parts):
                yield path.relative_to(root)


def count_retired(root: Path, files: Iterable[Path]) -> Counter[str]:
    """How many each folder holds."""
    counts: Counter[str] = Counter()
    for path in files:
        if path.as_posix() not in THIS:
            counts[folder_of(path)] += len(find_retired((root / path).read_text(encoding="utf-8")))
    return +counts


def compare(counts: Counter[str], allowed: dict[str, int]) -> list[str]:
    """What to say of each folder that holds more than it may."""
    return [
        f"{folder}: {count} retired words, {allowed.get(folder, 0)} allowed"
        for folder, count in sorted(counts.items())
        if count > allowed.get(folder, 0)
    ]


def write_allowed(counts: Counter[str], allowed: dict[str, int], file: Path) -> None:
    lower = {folder: min(count, allowed.get(folder, count)) for folder, count in counts.items()}
    lines = [f'"{folder}" = {count}' for folder, count in sorted(lower.items())]
    file.write_text(
        "# Retired words that each folder may still hold (check_words.py --write).\n" + "\n".join(lines) + "\n"
    )


def main(arguments: list[str], root: Path = ROOT, file: Path = ALLOWED) -> int:
    allowed = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    counts = count_retired(root, list_files(root))
    if "--write" in arguments:
        write_allowed(counts, allowed, file)
        return 0
    if "--list" in arguments:  # where they are, in the folders named after it
        list_places(root, arguments[arguments.index("--list") + 1 :])
    faults = compare(counts, allowed)
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"Words: {counts.total()} retired, faults: {len(faults)}")
    return 1 if faults else 0


def list_places(root: Path, folders: list[str]) -> None:
    for path in list_files(root):
        if folder_of(path) in folders:
            for line, word in find_retired((root / path).read_text(encoding="utf-8")):
                print(f"{path}:{line}: {word}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

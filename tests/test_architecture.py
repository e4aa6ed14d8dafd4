"""The code itself: one commit point, one clock, and rooms of a size that one can see at once."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from forumapp.domain.accounts.permissions import BY_ROW, Permission

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "forumapp").rglob("*.py"))
LONGEST_FILE = 600
LONGEST_FUNCTION = 50
USUAL_FUNCTION = 35

# Sample data, told line by line, is as long as what it tells.
DATA = ("forumapp/cli/demo/",)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@dataclass(frozen=True, slots=True)
class Facts:
    """What the tests ask of a module. The trees of all modules would take 240 MB."""

    # Of calls like `value.attribute()`: the attribute, and `value` where it is a plain name.
    calls: frozenset[tuple[str, str | None]]
    functions: list[tuple[str, int]]
    # Names called while the module is imported, to give a value to a name of the module.
    calls_at_import: frozenset[str]


@cache
def facts_of(path: Path) -> Facts:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    methods = [node.func for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    statements = [one for one in tree.body if isinstance(one, ast.Assign | ast.AnnAssign) and one.value is not None]
    inside = [node for statement in statements if statement.value for node in ast.walk(statement.value)]
    return Facts(
        frozenset((func.attr, func.value.id if isinstance(func.value, ast.Name) else None) for func in methods),
        [
            (f"{name(path)}:{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
            for node in nodes
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ],
        frozenset(node.func.id for node in inside if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)),
    )


def callers_of(attribute: str, *, but_of: str | None = None) -> set[str]:
    """The modules that call a method of this name, of any value but `but_of`."""
    return {
        name(path)
        for path in SOURCES
        if any(called == attribute and (but_of is None or value != but_of) for called, value in facts_of(path).calls)
    }


def test_there_is_one_commit_point() -> None:
    assert callers_of("commit") == {"forumapp/core/database/transactions.py"}


def test_only_edges_open_transactions() -> None:
    domain = [path for path in SOURCES if name(path).startswith("forumapp/domain/")]
    assert [name(path) for path in domain if re.search(r"\btransaction\(\)", path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("attribute", ["now", "utcnow", "today"])
def test_there_is_one_clock(attribute: str) -> None:
    assert callers_of(attribute, but_of="clock") <= {"forumapp/core/clock.py"}


def test_files_can_be_seen_at_once() -> None:
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    functions = [one for path in SOURCES if not name(path).startswith(DATA) for one in facts_of(path).functions]
    assert [one for one in functions if one[1] > LONGEST_FUNCTION] == []
    usual = sum(length <= USUAL_FUNCTION for _, length in functions)
    assert usual / len(functions) >= 0.95


def test_modules_can_be_imported_alone() -> None:
    """An alias of a class asks all classes for their tables, and before the application is made some are not there."""
    too_early = {"aliased", "configure_mappers"}
    assert [name(path) for path in SOURCES if facts_of(path).calls_at_import & too_early] == []


ASKS = re.compile(r"\bmay\(\s*\"([a-z-]+)\"\s*\)")


def test_what_one_may_have_for_some_rows_alone_is_asked_of_a_row() -> None:
    """Roles add up: whoever sees all registrations may see the answers of one delegation's alone."""
    pages = [path for folder in ("web", "api") for path in (ROOT / "forumapp" / folder).rglob("*.py")]
    asked = {name(path): set(re.findall(r"\.allows\(Permission\.(\w+)", path.read_text("utf-8"))) for path in pages}
    unnamed = {name(path) for path in pages if re.search(r"\.allows\((?!Permission\.)", path.read_text("utf-8"))}
    templates = (ROOT / "templates").rglob("*.html")
    in_templates = {name(path): ASKS.findall(path.read_text(encoding="utf-8")) for path in templates}

    assert [path for path, words in asked.items() if any(Permission[word] in BY_ROW for word in words)] == []
    assert unnamed == {"forumapp/web/organizer/kit/guard.py"}
    assert [path for path, words in in_templates.items() if any(Permission(word) in BY_ROW for word in words)] == []
    assert sum(map(len, in_templates.values())) > 20


def test_every_domain_keeps_its_rules_apart() -> None:
    """The contract names these modules; one that vanished would be checked no more."""
    expected = [
        "core/values/text", "core/values/times", "domain/agenda/findings/values", "domain/agenda/content/diff",
        "domain/agenda/content/snapshots", "domain/delegations/rules/reading_order", "domain/people/precedence/keys", "domain/people/names/spellings", "domain/printing/paper/documents",
        "domain/printing/paper/layout", "domain/registration/forms/answers", "domain/registration/rules",
    ]  # fmt: skip
    missing = [module for module in expected if not (ROOT / "forumapp" / f"{module}.py").is_file()]
    assert missing == []


def test_the_application_starts_light() -> None:
    """What only some requests or commands need takes seconds to import, so it comes when it is needed. The limit of
    calls stands for two seconds of CPU, which a busy machine would measure differently each time.
    """
    heavy = ("weasyprint", "alembic", "dbos", "icalendar", "pikepdf", "pypinyin")
    code = (
        "import cProfile, gc, pstats, sys, tempfile; from pathlib import Path\n"
        "profile = cProfile.Profile(); profile.enable()\n"
        "from forumapp.app import create_app; from forumapp.core.config import load_config\n"
        "create_app(load_config({}, Path(tempfile.mkdtemp())))\n"
        "profile.disable(); calls = pstats.Stats(profile).total_calls\n"
        f"print([name for name in {heavy!r} if name in sys.modules], gc.isenabled(), gc.get_freeze_count() > 100_000)\n"
        "print(calls)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    state, calls = done.stdout.splitlines()
    assert state == "[] True True"
    assert int(calls) < 5_000_000


def test_a_migration_leans_on_no_code_that_may_change() -> None:
    """What it did to one database it does to the next, however the application has changed since."""
    found = [
        path.name
        for path in sorted((ROOT / "migrations" / "versions").glob("*.py"))
        if re.search(r"^\s*(?:from|import) forumapp\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert found == []


def test_no_paper_is_measured_by_its_page() -> None:
    """Documents that follow one another share their styles, whose lengths would be those of the first one's page."""
    kinds = (".css", ".html")
    papers = [path for path in (ROOT / "templates" / "print").rglob("*.*") if path.suffix in kinds]
    viewport = re.compile(r"[\d.](?:[sld]?v(?:w|h|i|b|min|max))\b")
    assert [name(path) for path in papers if viewport.search(path.read_text(encoding="utf-8"))] == []
    assert len(papers) > 30

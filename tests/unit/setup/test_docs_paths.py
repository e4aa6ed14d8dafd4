"""What the pages about domains name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DOMAINS = ROOT / "forumapp" / "domain"
PAGES = sorted(path for path in (ROOT / "docs" / "domains").glob("*.md") if path.stem != "README")
LINK = re.compile(r"\]\(([^)#]+\.md)\)")


def test_every_domain_has_a_page() -> None:
    domains = {path.parent.name for path in DOMAINS.glob("*/__init__.py")}
    assert {page.stem for page in PAGES} == domains


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_names_modules_and_types_that_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    change, types = text.split("## Where to change what")[1], re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert [path for path in re.findall(r"`([\w./]+(?:\.py|/))`", change) if not exists(path, page.stem)] == []

    models = "\n".join(path.read_text(encoding="utf-8") for path in (DOMAINS / page.stem).rglob("*models*/*.py"))
    models += "\n".join(path.read_text(encoding="utf-8") for path in (DOMAINS / page.stem).rglob("*models*.py"))
    assert [name for name in types if f"class {name}(" not in models] == []


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.stem)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def exists(path: str, domain: str) -> bool:
    """Relative to the domain's folder, or to the root where a page names all of it."""
    return (DOMAINS / domain / path).exists() or (ROOT / path).exists()

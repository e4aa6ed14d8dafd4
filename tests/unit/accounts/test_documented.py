"""The table in docs/access.md is the one in the code."""

from __future__ import annotations

from forumapp.core.paths import ROOT
from forumapp.domain.accounts.permissions import GRANTS, ROLES, Reach

WORDS = {Reach.ALL: "yes", Reach.OWN: "own", Reach.NONE: ""}


def row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def test_the_documented_table_is_the_real_one() -> None:
    rows = [row("permission", *(role.value.replace("-", " ") for role in ROLES), "token scope")]
    rows.append("|---" * (len(ROLES) + 2) + "|")
    rows += [
        row(permission.value, *(WORDS[reach] for reach in reaches), scope.value)
        for permission, (scope, reaches) in GRANTS.items()
    ]

    assert "\n".join(rows) in (ROOT / "docs" / "access.md").read_text(encoding="utf-8")

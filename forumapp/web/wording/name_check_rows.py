"""How name checks show people, to offices and to organizers: side by side in the languages that are printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from forumapp.schemas.choices import NameOrder
from forumapp.web.wording.choice_words import LABELS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask import Flask

    from forumapp.domain.people.names.printed_names import Printed

LATIN = "en"
# How a state of a proof, or of one person on it, looks.
KINDS = {
    "approved": "ok", "sent": "info", "partly-approved": "info", "waiting": "warn", "correction": "warn",
    "changed": "bad",
}  # fmt: skip
# How what became of a correction looks.
CORRECTIONS = {"open": "warn", "accepted": "ok", "declined": "quiet"}


@dataclass(frozen=True, slots=True)
class Side:
    """One language's half: `names` are texts with their languages, as badges print them."""

    language: str
    names: Sequence[tuple[str, str]]
    title: str
    organization: str


def sides(printed: Printed, languages: Sequence[str]) -> list[Side]:
    """A side for each printed language. Every badge has both names: one whose script has no side of its
    own stands on the first.
    """
    names: dict[str, list[tuple[str, str]]] = {code: [] for code in languages}
    for text, tongue in ((printed.latin_name, LATIN), (printed.native_name, printed.native_language)):
        home = next((code for code in languages if code[:2] == tongue[:2]), languages[0])
        if text:
            names[home].append((text, tongue))
    return [
        Side(code, names[code], printed.title.get(code, ""), printed.organization.get(code, "")) for code in languages
    ]


def texts_of(approved: Mapping[str, object], part: str) -> dict[str, str]:
    """What was approved of a part, by language; of a name, both scripts."""
    if part == "name":
        return {LATIN: str(approved["latin_name"]), "zh-Hans": str(approved["native_name"])}
    held = approved.get(part)
    return {str(code): str(text) for code, text in held.items()} if isinstance(held, dict) else {}


def part_text(part: str, value: str) -> str:
    """What stands in a part, as people read it."""
    if part == "photo":
        return str(_("a photo")) if value else ""
    return str(LABELS[NameOrder].get(value, value)) if part == "name_order" else value


def set_up(app: Flask) -> None:
    app.jinja_env.globals.update(sides=sides, approved_texts=texts_of, part_text=part_text)
    app.jinja_env.filters["proof_kind"] = lambda state: KINDS.get(str(state), "quiet")
    app.jinja_env.filters["correction_kind"] = lambda state: CORRECTIONS[str(state)]

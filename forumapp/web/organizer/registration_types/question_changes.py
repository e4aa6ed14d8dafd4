"""Changes to a form's questions, by question and part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from forumapp.core.values.text import SCRIPTS, pick
from forumapp.schemas.choices import QuestionKind
from forumapp.web.organizer.registration_types.question_fields import FOR_ORGANIZERS, HELP, LABEL, REQUIRED
from forumapp.web.wording import labels
from forumapp.web.wording.language import OWN_NAMES, language
from forumapp.web.wording.words import in_language, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Stored = Mapping[str, Any]
    Part = tuple[str, Markup, Markup]

NOTHING = Markup()


def changed_parts(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterator[Part]:
    """Yield each changed part of a question: its label, and its text before and after.

    An added or removed question is one part, and so is a new order of the others.
    """
    was, now = ({str(question["code"]): question for question in asked} for asked in (before, after))
    for code in was | now:
        if code not in was or code not in now:
            yield _named(was.get(code) or now[code]), _whole(was.get(code)), _whole(now.get(code))
        elif was[code] != now[code]:
            yield from _parts(was[code], now[code])
    orders = [[question for question in asked if question in was and question in now] for asked in (was, now)]
    if orders[0] != orders[1]:
        first, last = (escape(listed(_label(now[code]) for code in order)) for order in orders)
        yield _("Order of the questions"), first, last


def _parts(was: Stored, now: Stored) -> Iterator[Part]:
    for part in sorted(was.keys() | now.keys()):
        before, after = was.get(part), now.get(part)
        if before == after or (not before and not after):
            continue
        label = f"{_named(now)} · {_called(part)}"
        if part in ("label", "help"):
            yield from _texts(label, before or {}, after or {})
        else:
            yield label, escape(_words(part, before)), escape(_words(part, after))


def _texts(label: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Part]:
    for code in SCRIPTS:
        old, new = before.get(code, ""), after.get(code, "")
        if old != new:
            yield f"{label} ({OWN_NAMES[code]})", in_language(old, code), in_language(new, code)


def _called(part: str) -> str:
    words = {
        "label": LABEL.label,
        "help": HELP.label,
        "required": REQUIRED.label,
        "for_organizers": FOR_ORGANIZERS.label,
        "options": _("Options"),
        "when": _("Asked only if"),
        "least": _("Smallest number"),
        "most": _("Largest number"),
    }
    return str(words.get(part, part))


def _words(part: str, value: Any) -> str:
    if part == "options":
        return listed(" / ".join([str(question["code"]), *question["label"].values()]) for question in value or ())
    if part == "when":
        return listed(f"{question['question']} = {listed(map(str, question['is']))}" for question in value or ())
    if isinstance(value, bool) or value is None:
        return str(_("Yes") if value else _("No")) if part in ("required", "for_organizers") else ""
    return str(value)


def _label(question: Stored) -> str:
    return pick(question["label"], language())


def _named(question: Stored) -> str:
    return f"{_label(question)} ({question['code']})"


def _whole(question: Stored | None) -> Markup:
    return (
        NOTHING
        if question is None
        else escape(f"{' / '.join(question['label'].values())} · {labels.label(QuestionKind(question['kind']))}")
    )

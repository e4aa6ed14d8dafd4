"""Several people on one form: each has a prefix to the names of their controls, as in "people.0.latin_family"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app, request
from werkzeug.datastructures import MultiDict

from forumapp.domain.people.rules import usual_order
from forumapp.web.public.registration.questions import grouped
from forumapp.web.public.registration.uploads import with_files

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from forumapp.domain.registration.models import RegistrationType
    from forumapp.web.public.registration.questions import Group

# Plus-ones, and people registered by a contact.
PLUS_ONES, PEOPLE = "plus_ones", "people"
_BEFORE = re.compile(rf"^({PLUS_ONES}|{PEOPLE})\.(\d{{1,2}})\.")
# Browsers store cookies of 4 KB, and ours hold more than these values.
LARGEST_RESULT, _NAME_LENGTHS = 3_000, (1_000, 40, 20, 10, 0)
# Controls that are filled even for a person without typed values.
_PRESET = frozenset({"name_order", "name_script", "native_language"})


@dataclass(frozen=True, slots=True)
class Sent:
    """A submitted form with the keys of its files, and the faults of refused files."""

    form: MultiDict[str, str]
    faults: dict[str, str]
    befores: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a form that is about one of several people."""

    before: str
    number: int
    groups: list[Group]
    name: str
    is_open: bool


def fit_into_cookie(people: Iterable[tuple[str, str]], **more: Any) -> dict[str, Any]:
    """The result of registering, with names shortened or left out until it fits into a cookie."""
    serializer = current_app.session_interface.get_signing_serializer(current_app)  # type: ignore[attr-defined]  # the interface of Flask itself
    named = list(people)
    for longest in _NAME_LENGTHS:
        result = {**more, "people": [(_cut(name, longest), stand) for name, stand in named]}
        if len(serializer.dumps(result)) <= LARGEST_RESULT:
            break
    return result


def _cut(name: str, longest: int) -> str:
    return name if len(name) <= longest else f"{name[:longest]}…" if longest else ""


def sent_form(kind: RegistrationType, parts: str = "", *, without: Collection[str] = ()) -> Sent:
    """The submitted form with people renumbered, without empty ones or those in `without`."""
    befores = befores_in(request.form, parts)
    form, faults = with_files(kind, ("", *befores))
    gone = without or [before for before in befores if not _is_filled(form, before)]
    stay = {old: f"{parts}.{number}." for number, old in enumerate(before for before in befores if before not in gone)}
    renamed = MultiDict((new, value) for name, value in form.items(multi=True) if (new := _named(name, stay, parts)))
    renamed_faults = {new: fault for name, fault in faults.items() if (new := _named(name, stay, parts))}
    return Sent(renamed, renamed_faults, tuple(stay.values()))


def befores_in(names: Iterable[str], parts: str) -> list[str]:
    """In the order of the form."""
    numbers = {int(match[2]) for name in names if (match := _BEFORE.match(name)) and match[1] == parts}
    return [f"{parts}.{number}." for number in sorted(numbers)]


def people_sent(parts: str) -> int:
    """How many people the form that was sent names in `parts`."""
    return len(befores_in(request.form, parts))


def of_part(form: MultiDict[str, str], before: str) -> MultiDict[str, str]:
    """One person's part of a form, without the prefix."""
    return MultiDict(
        (name.removeprefix(before), value) for name, value in form.items(multi=True) if name.startswith(before)
    )


def split(name: str) -> tuple[str, str]:
    """Split a control's name into the person's prefix, or "", and the rest."""
    match = _BEFORE.match(name)
    return (match[0], name[match.end() :]) if match else ("", name)


def parts_shown(
    questions: Sequence[Mapping[str, Any]],
    values: Mapping[str, Any],
    open_ones: Collection[str],
    parts: str,
) -> list[Part]:
    """The people on the form. Those with faults or without a name are open."""
    shown = []
    for number, before in enumerate(befores_in(values, parts), 1):
        name = name_typed(values, before)
        shown.append(Part(before, number, grouped(questions, before), name, not name or before in open_ones))
    return shown


def name_typed(values: Mapping[str, Any], before: str) -> str:
    names = {name: str(values.get(f"{before}{name}") or "") for name in ("latin_family", "latin_given", "native_full")}
    name_order = values.get(f"{before}name_order") or usual_order(names["native_full"])
    order = ("latin_family", "latin_given") if name_order == "family-first" else ("latin_given", "latin_family")
    return " ".join(text for text in (*(names[part] for part in order), names["native_full"]) if text)


def _is_filled(form: MultiDict[str, str], before: str) -> bool:
    texts = ((name.removeprefix(before), text) for name, text in form.items(multi=True) if name.startswith(before))
    return any(text.strip() and name not in _PRESET for name, text in texts)


def _named(name: str, stay: Mapping[str, str], parts: str) -> str:
    """The new name of a control; "" if its person was removed."""
    before, rest = split(name)
    if not before or not before.startswith(f"{parts}."):
        return name
    return f"{stay[before]}{rest}" if before in stay else ""

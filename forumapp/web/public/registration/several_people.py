"""Several people on one form: what stands before the names of each one's controls, as in "people.0.latin_family"."""

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

# Who comes along, and who is registered by somebody else.
PLUS_ONES, PEOPLE = "plus_ones", "people"
_BEFORE = re.compile(rf"^({PLUS_ONES}|{PEOPLE})\.(\d{{1,2}})\.")
# Browsers keep cookies of 4 KB, and more stands in ours than what is told.
MOST_TOLD, _NAMES_TOLD = 3_000, (1_000, 40, 20, 10, 0)
# What a form holds of a person of whom nothing was typed.
_UNSAID = frozenset({"name_order", "name_script", "native_language"})


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it was sent, with the keys of its files, and what is wrong with those that are not taken."""

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


def told_in_cookie(people: Iterable[tuple[str, str]], **more: Any) -> dict[str, Any]:
    """What whoever has just registered is told, as it has room in a cookie: until then names are cut, or left out."""
    serializer = current_app.session_interface.get_signing_serializer(current_app)  # type: ignore[attr-defined]  # the interface of Flask itself
    named = list(people)
    for longest in _NAMES_TOLD:
        told = {**more, "people": [(_cut(name, longest), stand) for name, stand in named]}
        if len(serializer.dumps(told)) <= MOST_TOLD:
            break
    return told


def _cut(name: str, longest: int) -> str:
    return name if len(name) <= longest else f"{name[:longest]}…" if longest else ""


def sent_form(kind: RegistrationType, parts: str = "", *, without: Collection[str] = ()) -> Sent:
    """People are numbered anew, without those of whom nothing was typed, or those named in `without`."""
    befores = befores_in(request.form, parts)
    form, faults = with_files(kind, ("", *befores))
    gone = without or [before for before in befores if not _is_filled(form, before)]
    stay = {one: f"{parts}.{number}." for number, one in enumerate(before for before in befores if before not in gone)}
    renamed = MultiDict((new, value) for name, value in form.items(multi=True) if (new := _named(name, stay, parts)))
    told = {new: fault for name, fault in faults.items() if (new := _named(name, stay, parts))}
    return Sent(renamed, told, tuple(stay.values()))


def befores_in(names: Iterable[str], parts: str) -> list[str]:
    """In the order of the form."""
    found = {int(one[2]) for name in names if (one := _BEFORE.match(name)) and one[1] == parts}
    return [f"{parts}.{number}." for number in sorted(found)]


def people_sent(parts: str) -> int:
    """How many people the form that was sent names in `parts`."""
    return len(befores_in(request.form, parts))


def of_part(form: MultiDict[str, str], before: str) -> MultiDict[str, str]:
    """What a form says of one person, by the names that it has alone."""
    return MultiDict(
        (name.removeprefix(before), value) for name, value in form.items(multi=True) if name.startswith(before)
    )


def split(name: str) -> tuple[str, str]:
    """What stands before the name of a control, and the name."""
    found = _BEFORE.match(name)
    return (found[0], name[found.end() :]) if found else ("", name)


def parts_shown(
    questions: Sequence[Mapping[str, Any]],
    values: Mapping[str, Any],
    open_ones: Collection[str],
    parts: str,
) -> list[Part]:
    """Open are those that something is wrong with, and those without a name."""
    shown = []
    for number, before in enumerate(befores_in(values, parts), 1):
        name = name_typed(values, before)
        shown.append(Part(before, number, grouped(questions, before), name, not name or before in open_ones))
    return shown


def name_typed(values: Mapping[str, Any], before: str) -> str:
    found = {name: str(values.get(f"{before}{name}") or "") for name in ("latin_family", "latin_given", "native_full")}
    said = values.get(f"{before}name_order") or usual_order(found["native_full"])
    order = ("latin_family", "latin_given") if said == "family-first" else ("latin_given", "latin_family")
    return " ".join(text for text in (*(found[one] for one in order), found["native_full"]) if text)


def _is_filled(form: MultiDict[str, str], before: str) -> bool:
    said = ((name.removeprefix(before), text) for name, text in form.items(multi=True) if name.startswith(before))
    return any(text.strip() and name not in _UNSAID for name, text in said)


def _named(name: str, stay: Mapping[str, str], parts: str) -> str:
    """As a control is called from now on; "" where its person is not on the form any more."""
    before, rest = split(name)
    if not before or not before.startswith(f"{parts}."):
        return name
    return f"{stay[before]}{rest}" if before in stay else ""

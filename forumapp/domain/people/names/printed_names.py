"""What is printed of a person, on badges, in books and on name checks alike. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forumapp.domain.people.rules import Name


@dataclass(frozen=True, slots=True)
class Printed:
    """A person with the office in which they attend, each part as it stands on paper."""

    latin_name: str
    native_name: str
    native_language: str
    title: Mapping[str, str]
    organization: Mapping[str, str]


def printed(name: Name, title: Mapping[str, str] | None, organization: Mapping[str, str] | None) -> Printed:
    """`title` and `organization` are those of the edition; None where the person has none there."""
    return Printed(name.latin_in_print, name.native_full, name.native_language, title or {}, organization or {})

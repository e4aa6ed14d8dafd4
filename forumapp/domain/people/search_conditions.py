"""Whom a list is narrowed down to by what is typed into its search box."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, case, false, or_, select, true

from forumapp.core.values.text import fold
from forumapp.domain.people.models import Affiliation, EditionTitle, Organization, Person
from forumapp.domain.people.names.spellings import is_han, name_readings, reading

if TYPE_CHECKING:
    from sqlalchemy.orm import InstrumentedAttribute

_WAYS = 6  # of reading a name; more are noise


def says(column: InstrumentedAttribute[str], word: str) -> ColumnElement[bool]:
    """Whether a search text has a word: as it is written or, where it is Chinese, as it is read, for those whose name
    is known in Latin letters alone.
    """
    return or_(false(), *(column.contains(way, autoescape=True) for way in _ways(word)))


def called(word: str) -> ColumnElement[bool]:
    """Whether a person is called so, or stands with an organization of the registry that is."""
    of = select(Organization.id).where(says(Organization.search_text, word))
    posts = select(Affiliation.person_id).where(Affiliation.organization_id.in_(of))
    titles = select(EditionTitle.person_id).where(EditionTitle.organization_id.in_(of))
    return or_(says(Person.search_text, word), Person.id.in_(posts), Person.id.in_(titles))


def written_first(search: str) -> ColumnElement[int]:
    """For sorting: those in whose name each word is written come before the others."""
    words = filter(None, map(fold, search.split()))
    return case((and_(true(), *(Person.search_text.contains(word, autoescape=True) for word in words)), 0), else_=1)


def _ways(word: str) -> list[str]:
    """What to look for, folded; the first is as it is written."""
    syllables: list[Any] = (name_readings(word)[:_WAYS] or [reading(word)]) if is_han(word) else []
    return list(dict.fromkeys(filter(None, (fold(word), *map("".join, syllables)))))

"""Counting what waits for somebody, many things by one statement."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import String, and_, cast, func, literal, or_, select, union_all

from forumapp.core.values.attention import Need, Section, Severity
from forumapp.core.values.text import SCRIPTS

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session as DbSession


class Asked(NamedTuple):
    """What is to be counted: `which` selects the ids or codes of those that need something."""

    code: str
    severity: Severity
    which: Select[Any]


def counted(db: DbSession, section: Section, asked: Collection[Asked]) -> list[Need]:
    """One query for all of them."""
    if not asked:
        return []
    counts = []
    for one in asked:
        rows = one.which.subquery()
        name = cast(next(iter(rows.c)), String)
        counts.append(select(literal(one.code), func.count(), func.min(name)).select_from(rows))
    found = {code: (count, name) for code, count, name in db.execute(union_all(*counts))}
    told = [(one, *found[one.code]) for one in asked]
    return [
        Need(section, one.code, count, one.severity, name if count == 1 else None) for one, count, name in told if count
    ]


def untranslated(languages: Collection[str], *texts: Any) -> ColumnElement[bool]:
    """Whether any of these texts is written, but not in every language; what nobody wrote lacks no translation."""
    return _untranslated(tuple(languages), *texts)


@cache  # making the expression costs more than running it
def _untranslated(languages: tuple[str, ...], *texts: Any) -> ColumnElement[bool]:
    return or_(*(and_(is_written(text, *SCRIPTS), lacks(text, *languages)) for text in texts))


def is_written(text: Any, *languages: str) -> ColumnElement[bool]:
    """Whether something stands in any of these languages."""
    return or_(*(_in(text, language) != literal("") for language in languages))


def lacks(text: Any, *languages: str) -> ColumnElement[bool]:
    """Whether nothing stands in any one of these languages."""
    return or_(*(_in(text, language) == literal("") for language in languages))


def _in(text: Any, language: str) -> ColumnElement[str]:
    return func.coalesce(text[language].as_string(), literal(""))

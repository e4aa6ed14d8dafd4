"""Counts what needs attention, many things in one statement."""

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
    """One count: `which` selects the ids or codes of the rows that need attention."""

    code: str
    severity: Severity
    which: Select[Any]


def counted(db: DbSession, section: Section, asked: Collection[Asked]) -> list[Need]:
    """The needs with a count above 0, by one query."""
    if not asked:
        return []
    counts = []
    for count_of in asked:
        rows = count_of.which.subquery()
        name = cast(next(iter(rows.c)), String)
        counts.append(select(literal(count_of.code), func.count(), func.min(name)).select_from(rows))
    results = {code: (count, name) for code, count, name in db.execute(union_all(*counts))}
    counts_by_ask = [(count_of, *results[count_of.code]) for count_of in asked]
    return [
        Need(section, count_of.code, count, count_of.severity, name if count == 1 else None)
        for count_of, count, name in counts_by_ask
        if count
    ]


def untranslated(languages: Collection[str], *texts: Any) -> ColumnElement[bool]:
    """Whether any of these texts is written in some languages only. An empty text lacks no translation."""
    return _untranslated(tuple(languages), *texts)


@cache  # making the expression costs more than running it
def _untranslated(languages: tuple[str, ...], *texts: Any) -> ColumnElement[bool]:
    return or_(*(and_(is_written(text, *SCRIPTS), lacks(text, *languages)) for text in texts))


def is_written(text: Any, *languages: str) -> ColumnElement[bool]:
    """Whether the text is written in any of these languages."""
    return or_(*(_in(text, language) != literal("") for language in languages))


def lacks(text: Any, *languages: str) -> ColumnElement[bool]:
    """Whether the text is missing in at least one of these languages."""
    return or_(*(_in(text, language) == literal("") for language in languages))


def _in(text: Any, language: str) -> ColumnElement[str]:
    return func.coalesce(text[language].as_string(), literal(""))

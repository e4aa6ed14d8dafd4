"""Erratum slips: facts on printed papers that have changed, with the old and the new value.

A slip covers everyone concerned, or one person. It compares with the last print of each paper, so it is empty after a
reprint. It includes only papers that the requester may read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from forumapp.core.values.text import LANGUAGES
from forumapp.domain.printing.list_papers import words
from forumapp.domain.printing.list_papers.queries import party_of
from forumapp.domain.printing.list_papers.values import (
    PLAIN,
    Column,
    Head,
    Line,
    ListValues,
    Row,
    Section,
    name,
    text,
)
from forumapp.domain.printing.paper.changed_facts import differences, differences_by_line
from forumapp.domain.printing.queries import NothingToPrint
from forumapp.domain.printing.wording import dates

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.printing.list_papers.queries import Asked, Person
    from forumapp.domain.printing.list_papers.values import Cell, Facts, Whom
    from forumapp.domain.printing.models import Paper, PrintJob
    from forumapp.domain.printing.paper.changed_facts import Difference

COLUMNS = (Column("what", 44), Column("was"), Column("now"), Column("whom", 40))
OWN = COLUMNS[:3]
MOST_NAMED = 8  # with more people, only their number is printed
# Of the parts of a fact, which one says what it is about.
NAMES = ("what", "name", "title", "flight", "car", "coach", "room", "hotel", "diet", "place", "day")


@dataclass(frozen=True, slots=True)
class Overtaken:
    """A paper that has changed since its last print, with the people each of its facts concerns."""

    paper: Paper
    job: PrintJob
    then: Facts
    now: Facts
    whom_then: Whom
    whom_now: Whom

    @property
    def differences(self) -> list[Difference]:
        return differences(self.then, self.now)

    def of(self, registration_id: int) -> list[Difference]:
        """What has changed on one person's own line."""
        lines = ({one: keys for one, keys in whom.items() if one == registration_id} for whom in self.each)
        return differences_by_line(self.then, self.now, *lines).get(registration_id, [])

    @property
    def each(self) -> tuple[Whom, Whom]:
        return self.whom_then, self.whom_now

    def people(self, key: str) -> list[int]:
        """The ids of the registrations that a fact concerns, those of today first."""
        ids = {person: None for whom in reversed(self.each) for person, keys in whom.items() if key in keys}
        return list(ids)


def read_errata(db: DbSession, asked: Asked) -> ListValues:
    from forumapp.domain.printing.delegation_papers.versions import overtaken_papers

    return values_of(db, asked, overtaken_papers(db, asked.edition, asked.delegation, asked.options.corrects))


def values_of(db: DbSession, asked: Asked, overtaken: Iterable[Overtaken]) -> ListValues:
    """Raises NothingToPrint."""
    people = {one.registration_id: one for one in asked.people(db)}
    only = asked.options.registration
    candidates = [_section(paper, people, only, asked) for paper in overtaken]
    sections = tuple(section for section in candidates if section is not None)
    if not sections:
        raise NothingToPrint(edition=asked.edition.slug)
    recipient = people[only].printed if only in people else None
    return ListValues(
        asked.head,
        party_of(asked.delegation),
        "errata",
        sections,
        (*(name(recipient) if recipient else ()), *text(words.both("errata"))),
    )


def _section(one: Overtaken, people: Mapping[int, Person], only: int | None, asked: Asked) -> Section | None:
    changed = one.differences if only is None else one.of(only)
    if not changed:
        return None
    printed = f"{one.paper.value}/printed"
    rows = tuple(_row(one, difference, people, only) for difference in changed)
    head = Head(
        printed,
        {
            "paper": text({**words.PAPERS, **words.TITLES}[one.paper.value], "strong"),
            "printed": _printed(one.job, asked),
        },
    )
    return Section((head,), COLUMNS if only is None else OWN, rows)


def _printed(job: PrintJob, asked: Asked) -> Cell:
    """Which print it corrects."""
    at = (job.started_at or job.created_at).astimezone(ZoneInfo(asked.edition.zone))
    day = {language: f"{dates.date_text(at.date(), language)} {at:%H:%M}" for language in LANGUAGES}
    version = job.paper_version or 1
    return text({one: words.word("stamp", one, version=version, time=time) for one, time in day.items()}, "quiet")


def _row(one: Overtaken, change: Difference, people: Mapping[int, Person], only: int | None) -> Row:
    concerned = [registration for registration in one.people(change.key) if registration in people]
    cells = describe_change(change)
    if only is None:
        cells["whom"] = _whom([people[registration] for registration in concerned], len(people))
    to = tuple(concerned if only is None else (only,))
    return Row(f"{one.paper.value}/{change.key}", cells, to)


def describe_change(change: Difference) -> dict[str, Cell]:
    """The cells of one change: its subject, and the parts that differ before and now."""
    differ = _differing(change.was, change.now)
    was, now = _without_shared(change.was, change.now), _without_shared(change.now, change.was)
    return {
        "what": _named(change),
        "was": _describe_parts(was, differ) or text(words.both("not-yet"), "quiet"),
        "now": _describe_parts(now, differ, "strong") or text(words.both("no-longer"), "strong"),
    }


def _without_shared(value: Any, other: Any) -> Any:
    """A fact, its lists without what the other one has as well."""
    if not (isinstance(value, dict) and isinstance(other, dict)):
        return value
    return {part: _rest(item, other.get(part)) for part, item in value.items()}


def _rest(value: Any, other: Any) -> Any:
    both = isinstance(value, list) and isinstance(other, list)
    return [one for one in value if one not in other] if both else value


def _named(change: Difference) -> Cell:
    value = change.now or change.was
    if not isinstance(value, dict):
        return _cell(value)
    which = next((part for part in NAMES if part in value), None)
    if which is not None:
        return _cell(value[which])[:2]
    return text(words.COLUMNS.get(next(iter(value), ""), words.WORDS["other"]))


def _whom(people: Sequence[Person], all_of_them: int) -> Cell:
    if len(people) == all_of_them:
        return text(words.both("everyone"))
    if not people or len(people) > MOST_NAMED:
        return text(words.people(len(people))) if people else ()
    return tuple(line for one in people for line in (*name(one.printed),))


def _differing(was: Any, now: Any) -> list[str] | None:
    """The parts of a fact that differ; None is all of it, where it came or went."""
    if not (isinstance(was, dict) and isinstance(now, dict)):
        return None
    return [part for part in {**now, **was} if was.get(part) != now.get(part)]


def _describe_parts(value: Any, parts: Collection[str] | None, style: str = "") -> Cell:
    if value is None:
        return ()
    if not isinstance(value, dict):
        return _cell(value, style)
    which = value if parts is None else parts
    return tuple(line for part in which for line in _part(part, value.get(part), style))


def _part(part: str, value: Any, style: str) -> Iterable[Line]:
    """“Time: 09:15”, in each language."""
    label = words.COLUMNS.get(part)
    if part == "photo" or label is None:
        return (Line(words.COLUMNS.get(part, words.WORDS["other"]), style=style),) if value else ()
    by_language = {language: _in(language, value) or words.NOTHING for language in LANGUAGES}
    colon = {"en": ": ", "zh-Hans": "："}
    return (Line({one: f"{label[one]}{colon[one]}{value}" for one, value in by_language.items()}, style=style),)


def _in(language: str, value: Any) -> str:
    """The value of a cell on one line, in one language."""
    if isinstance(value, list):
        return ("，" if language.startswith("zh") else ", ").join(filter(None, (_in(language, one) for one in value)))
    if isinstance(value, dict):
        return str(value.get(language) or next(iter(value.values()), ""))
    return "✓" if value is True else "" if value is None else str(value)


def _cell(value: Any, style: str = "") -> Cell:
    """Rebuild a cell from the value that a fact stores."""
    values = value if isinstance(value, list) else [value]
    lines = [
        Line(item, style=style) if isinstance(item, dict) else Line({PLAIN: _in("", item)}, "name", style)
        for item in values
    ]
    return tuple(line for line in lines if any(line.words.values()))

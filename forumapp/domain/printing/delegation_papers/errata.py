"""Erratum slips: what printed papers say that no longer holds, as it was and as it is now. For everyone whom it
concerns, or for one person by their own line.

They begin at the last print of each paper, so that they are empty once it is printed again. They tell of those papers
that whoever asked for them may read.
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
MOST_NAMED = 8  # beyond these it is told how many there are
# Of the parts of a fact, which one says what it is about.
NAMES = ("what", "name", "title", "flight", "car", "coach", "room", "hotel", "diet", "place", "day")


@dataclass(frozen=True, slots=True)
class Overtaken:
    """A paper whose last print says something else than what stands, with whom each of its facts concerns."""

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
        found = {one: None for whom in reversed(self.each) for one, keys in whom.items() if key in keys}
        return list(found)


def read_errata(db: DbSession, asked: Asked) -> ListValues:
    from forumapp.domain.printing.delegation_papers.versions import overtaken_papers

    return values_of(db, asked, overtaken_papers(db, asked.edition, asked.delegation, asked.options.corrects))


def values_of(db: DbSession, asked: Asked, overtaken: Iterable[Overtaken]) -> ListValues:
    """Raises NothingToPrint."""
    people = {one.registration_id: one for one in asked.people(db)}
    only = asked.options.registration
    found = [_section(one, people, only, asked) for one in overtaken]
    sections = tuple(one for one in found if one is not None)
    if not sections:
        raise NothingToPrint(edition=asked.edition.slug)
    whose = people[only].printed if only in people else None
    return ListValues(
        asked.head,
        party_of(asked.delegation),
        "errata",
        sections,
        (*(name(whose) if whose else ()), *text(words.both("errata"))),
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
    cells = told_of(change)
    if only is None:
        cells["whom"] = _whom([people[registration] for registration in concerned], len(people))
    to = tuple(concerned if only is None else (only,))
    return Row(f"{one.paper.value}/{change.key}", cells, to)


def told_of(change: Difference) -> dict[str, Cell]:
    """What a fact is about, what it was and what it is now, of that which differs."""
    differ = _differing(change.was, change.now)
    was, now = _but_shared(change.was, change.now), _but_shared(change.now, change.was)
    return {
        "what": _named(change),
        "was": _told(was, differ) or text(words.both("not-yet"), "quiet"),
        "now": _told(now, differ, "strong") or text(words.both("no-longer"), "strong"),
    }


def _but_shared(said: Any, other: Any) -> Any:
    """A fact, its lists without what the other one has as well."""
    if not (isinstance(said, dict) and isinstance(other, dict)):
        return said
    return {part: _rest(value, other.get(part)) for part, value in said.items()}


def _rest(value: Any, other: Any) -> Any:
    both = isinstance(value, list) and isinstance(other, list)
    return [one for one in value if one not in other] if both else value


def _named(change: Difference) -> Cell:
    said = change.now or change.was
    if not isinstance(said, dict):
        return _cell(said)
    which = next((part for part in NAMES if part in said), None)
    if which is not None:
        return _cell(said[which])[:2]
    return text(words.COLUMNS.get(next(iter(said), ""), words.WORDS["other"]))


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


def _told(said: Any, parts: Collection[str] | None, style: str = "") -> Cell:
    if said is None:
        return ()
    if not isinstance(said, dict):
        return _cell(said, style)
    which = said if parts is None else parts
    return tuple(line for part in which for line in _part(part, said.get(part), style))


def _part(part: str, value: Any, style: str) -> Iterable[Line]:
    """“Time: 09:15”, in each language."""
    label = words.COLUMNS.get(part)
    if part == "photo" or label is None:
        return (Line(words.COLUMNS.get(part, words.WORDS["other"]), style=style),) if value else ()
    told = {language: _in(language, value) or words.NOTHING for language in LANGUAGES}
    colon = {"en": ": ", "zh-Hans": "："}
    return (Line({one: f"{label[one]}{colon[one]}{value}" for one, value in told.items()}, style=style),)


def _in(language: str, value: Any) -> str:
    """What a cell said, on one line of one language."""
    if isinstance(value, list):
        return ("，" if language.startswith("zh") else ", ").join(filter(None, (_in(language, one) for one in value)))
    if isinstance(value, dict):
        return str(value.get(language) or next(iter(value.values()), ""))
    return "✓" if value is True else "" if value is None else str(value)


def _cell(said: Any, style: str = "") -> Cell:
    """A cell again, of what it said."""
    lines = said if isinstance(said, list) else [said]
    found = [
        Line(one, style=style) if isinstance(one, dict) else Line({PLAIN: _in("", one)}, "name", style) for one in lines
    ]
    return tuple(line for line in found if any(line.words.values()))

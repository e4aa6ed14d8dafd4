"""Which registrations an operation is about, as its address says it."""

from __future__ import annotations

from typing import Any

from forumapp.api.paging import LONGEST_SEARCH, Number, PageQuery
from forumapp.api.v1.shapes import Slug
from forumapp.core.values.numbers import LARGEST_ID
from forumapp.core.values.text import LANGUAGES
from forumapp.domain.registration.lists.filters import FILTERS, MOST_WORDS, Filters
from forumapp.schemas.choices import Badge, Lack, Purpose, RegistrationStatus, Source, Way
from forumapp.schemas.fields import Choice, Day, ListOf, Shape, Text, Word


class FiltersSchema(Shape):
    """Any of several values of one filter, and all of several filters."""

    q = Text(longest=LONGEST_SEARCH, load_default="", metadata={"description": "Words, each of which must be found."})
    status = ListOf(Choice(RegistrationStatus), most=len(RegistrationStatus))
    type = ListOf(Slug(), most=MOST_WORDS)
    delegation = ListOf(
        Text(longest=40),
        most=MOST_WORDS,
        metadata={"description": "Codes of delegations, each with its parts; - is of those who are in none."},
    )
    session = ListOf(
        Slug(), most=MOST_WORDS, metadata={"description": "Codes of sessions that they chose on their own page."}
    )
    group = ListOf(
        Number(None, LARGEST_ID),
        most=MOST_WORDS,
        metadata={"description": "Ids of groups that a contact registered."},
    )
    language = ListOf(Word(LANGUAGES), most=len(LANGUAGES))
    source = ListOf(Choice(Source), most=len(Source))
    way = ListOf(Choice(Way), most=len(Way))
    vip = Word(("yes", "no"))
    missing = ListOf(Choice(Lack), most=len(Lack), metadata={"description": "What is missing: any of these."})
    consent = ListOf(
        Choice(Purpose),
        most=len(Purpose),
        metadata={"description": "People with a current consent for any of these purposes."},
    )
    badge = Choice(Badge)
    since = Day(metadata={"description": "The first day of registering, at the forum."})
    until = Day(metadata={"description": "The last day of registering, at the forum."})


class RegistrationQuery(PageQuery, FiltersSchema):
    pass


def filters_of(query: dict[str, Any]) -> Filters:
    named = {name: query[name] for name in FILTERS if name in query}
    several = {name: tuple(value) for name, value in named.items() if isinstance(value, list)}
    vip = {"vip": named["vip"] == "yes"} if "vip" in named else {}
    return Filters(**{**named, **several, **vip, "search": query["q"]})

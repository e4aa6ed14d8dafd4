"""The facts of personal booklets: items, shared by all participants, and each person's own facts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from forumapp.core.values.text import LANGUAGES, pick
from forumapp.domain.printing.wording import dates, words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from forumapp.core.values.times import Moment, Span
    from forumapp.domain.printing.list_papers.values import Facts, Whom
    from forumapp.domain.printing.paper.itinerary_documents import ItineraryItem, ItineraryValues, TravelLeg


def facts_of(values: Sequence[ItineraryValues]) -> Facts:
    """Items by themselves, since many do the same; the rest by person."""
    facts: Facts = {}
    for booklet in values:
        for item in _items(booklet):
            if (key := _key(item)) not in facts:
                facts[key] = _item_facts(item)
        facts |= {f"page:{page.code}": {"title": dict(page.title), "note": dict(page.body)} for page in booklet.pages}
        facts |= _own_facts(booklet)
    return facts


def whom_of(values: Sequence[ItineraryValues]) -> Whom:
    return {
        one.registration_id: [
            *map(_key, _items(one)),
            *(f"page:{page.code}" for page in one.pages),
            *_own_facts(one),
        ]
        for one in values
        if one.registration_id is not None
    }


def only(values: Sequence[ItineraryValues], changed: Collection[str], _: Any) -> list[ItineraryValues]:
    """The booklets that contain a changed fact. A removed item shows as a change of the person's own days."""
    whom = whom_of(values)
    return [booklet for booklet in values if not set(changed).isdisjoint(whom.get(booklet.registration_id or 0, ()))]


def shared_facts(values: ItineraryValues) -> Facts:
    """Of a delegation's booklet, with its members in their order."""
    facts = {_key(item): _item_facts(item) | _audience(item) for item in _items(values)}
    facts |= {f"page:{page.code}": {"title": dict(page.title), "note": dict(page.body)} for page in values.pages}
    for place, member in enumerate(values.members, start=1):
        person = member.person
        own: dict[str, Any] = {"name": person.as_text, "title": dict(person.title)}
        own |= {"organization": dict(person.organization), "role": dict(words.PERSON_ROLES.get(member.role, {}))}
        own |= {"photo": person.photo.key if person.photo else 0}
        facts[f"person:{person.person_id}"] = {name: value for name, value in own.items() if value} | {"order": place}
    days = [str(day) if day else "" for day in (values.starts_on, values.ends_on)]
    facts["delegation"] = {"delegation": dict(values.name), "organization": dict(values.lead), "day": days}
    groups = [
        [dict(division.name), dict(branch.name), *(dict(stay.person.as_text) for stay in branch.people)]
        for division in values.divisions
        for branch in division.branches
    ]
    return facts | _other_facts("delegation", values, groups)


def shared_whom(values: ItineraryValues) -> Whom:
    """The facts that concern each member: their items, their own entry, and those about the whole delegation."""
    facts = shared_facts(values)
    of_all = [key for key in facts if not key.startswith(("item:", "person:"))]
    return {
        member.registration_id: [
            *(_key(item) for item in _items(values) if member.registration_id in item.people),
            f"person:{member.person.person_id}",
            *of_all,
        ]
        for member in values.members
    }


def _audience(item: ItineraryItem) -> dict[str, Any]:
    lists = {"for-whom": item.for_whom, "without": item.without}
    return {name: [dict(texts) for texts in audience] for name, audience in lists.items() if audience}


def _items(values: ItineraryValues) -> list[ItineraryItem]:
    return [item for day in values.days for item in day.items]


def _key(item: ItineraryItem) -> str:
    return f"item:{item.item_id}" if item.item_id is not None else f"session:{item.session}"


def _item_facts(item: ItineraryItem) -> dict[str, Any]:
    leg = item.leg
    facts = {
        "what": item.title,
        "time": _when(item.span),
        "expected": _expected(leg) if leg else {},
        "flight": [one for one in (leg.sold, leg.run) if one] if leg else "",
        "route": _route(leg) if leg else {},
        "place": item.place,
        "address": item.address,
        "leads-to": item.place_to,
        "host": item.host,
        "dress": item.dress,
        "gift": item.gift,
        "press": words.WORDS["press"] if item.open_to_press else {},
        "contact": item.contact,
        "note": item.notes,
        "status": "" if item.status == "confirmed" else words.WORDS[item.status],
    }
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in facts.items() if value}


def _when(span: Span) -> dict[str, str]:
    def describe(language: str) -> str:
        ends = (span.start, span.end)
        clocks = "–".join(f"{one.wall:%H:%M}" for one in ends)
        zones = dict.fromkeys(words.word("zone", language, zone=words.zone_name(one.zone, language)) for one in ends)
        return f"{dates.day_text(span.start.wall.date(), language)} {clocks}{dates.day_mark(span)} {' → '.join(zones)}"

    return in_each(describe)


def _expected(leg: TravelLeg) -> dict[str, str]:
    def describe(language: str) -> str:
        ends = (("leaves-by-now", leg.expected_start), ("arrives-by-now", leg.expected_end))
        return "; ".join(
            words.word(key, language, time=f"{dates.day_text(at.wall.date(), language)} {at.wall:%H:%M}")
            for key, at in ends
            if at
        )

    return in_each(describe) if leg.expected_start or leg.expected_end else {}


def _route(leg: TravelLeg) -> dict[str, str]:
    def describe(language: str) -> str:
        ends = ((leg.start, leg.start_terminal), (leg.end, leg.end_terminal))
        return " → ".join(
            f"{pick(port, language)} {words.word('terminal', language, terminal=terminal) if terminal else ''}".strip()
            for port, terminal in ends
            if port
        )

    return in_each(describe) if leg.start or leg.end else {}


def _own_facts(one: ItineraryValues) -> Facts:
    person = one.person
    if person is None:
        return {}
    key = f"person:{person.person_id}"
    days = [str(day) if day else "" for day in (one.starts_on, one.ends_on)]
    facts: Facts = {key: {"name": person.as_text, "delegation": dict(one.name), "day": days}}
    groups = [
        [
            dict(division.name),
            dict(branch.name),
            dict(branch.captain.as_text) if branch.captain else {},
            _moment(stay.since or division.start),
            _moment(stay.until or division.end),
        ]
        for division in one.divisions
        for branch in division.branches
        for stay in branch.people
    ]
    facts |= {f"{_key(item)}/{key}": {"car": dict(item.vehicle)} for item in _items(one) if item.vehicle}
    if days_done := [dict(item.title) for item in _items(one)]:
        # What of the items is theirs: that others still do something says nothing of them.
        facts[f"{key}/days"] = {"days": days_done}
    return facts | _other_facts(key, one, groups)


def _other_facts(key: str, values: ItineraryValues, groups: list[Any]) -> Facts:
    """The facts outside the days: groups, rooms, hotels, contacts, emergency numbers."""
    card = values.emergency
    facts: dict[str, list[Any]] = {
        "groups": groups,
        "own": [[_word(fact.label) if fact.label else dict(fact.said), dict(fact.value)] for fact in values.own],
        "hotels": [[dict(hotel.name), dict(hotel.address), hotel.phone] for hotel in values.hotels],
        "contacts": [[_word(contact.role), dict(contact.name), contact.phone] for contact in values.contacts],
        "emergency": [dict(card.numbers), dict(card.consulate), card.email] if card.says_anything else [],
    }
    return {f"{key}/{name}": {name: value} for name, value in facts.items() if value}


def _moment(at: Moment | None) -> str:
    return f"{at.wall:%Y-%m-%d %H:%M} {at.zone}" if at else ""


def _word(key: str) -> dict[str, str]:
    """As paper says it: slips show facts to people."""
    return dict(words.WORDS[key])


def in_each(say: Callable[[str], str]) -> dict[str, str]:
    return {language: say(language) for language in LANGUAGES}

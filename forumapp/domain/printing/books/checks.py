"""What to mend before a book is printed: characters without a glyph, and missing languages, by name."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from forumapp.core.values.text import missing, pick
from forumapp.domain.printing.books import content_pages
from forumapp.domain.printing.paper.layout import About, Finding
from forumapp.domain.printing.paper.name_index import cast_of
from forumapp.domain.printing.pdf import fonts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from forumapp.domain.printing.paper.documents import (
        EditionHead,
        ErratumValues,
        PersonValues,
        ProgramValues,
        SpeakerAgendaValues,
        Texts,
        Venue,
        WrittenPage,
    )
    from forumapp.domain.printing.paper.itinerary_documents import ItineraryItem, ItineraryValues


def check(values: ProgramValues, languages: Sequence[str]) -> list[Finding]:
    """What to mend before a program is printed: characters without a glyph, and missing languages, by name."""
    cast = {person.person_id: person for person in (*values.speakers, *cast_of(values))}
    found = [finding for person in cast.values() for finding in _person_findings(person, languages)]
    for person in values.speakers:
        found += _biography_findings(person, languages)
    rooms = (("room", session.room) for day in values.days for session in day.sessions)
    texts = itertools.chain(_of_head(values.head, with_hosts=True), _of_venues(values.venues), rooms)
    found += texts_findings(texts, languages)
    for session in (session for day in values.days for session in day.sessions):
        items = (item.title for item in session.items)
        found += of_session(session.id, session.title, languages, items)
    return [*found, *(finding for page in values.pages for finding in _page_findings(page, languages))]


def check_itinerary(values: ItineraryValues, languages: Sequence[str]) -> list[Finding]:
    """The same for one delegation's booklet, by member, item or delegation."""
    found = [finding for member in values.members for finding in _person_findings(member.person, languages)]
    found += texts_findings(_of_head(values.head, with_hosts=False), languages)
    about = ("delegation", values.code)
    for texts in (values.name, values.lead):
        found += _text_findings(texts, "delegation", languages, about)
    for item in (item for day in values.days for item in day.items):
        found += _text_findings(item.title, "item", languages, about)
        written = item.contact + "".join(word for texts in _item_texts(item) for word in texts.values())
        found += missing_glyphs(written, pick(item.title, languages[0]), about)
    for texts in _texts_outside_days(values):
        found += missing_glyphs("".join(texts.values()), pick(texts, languages[0]), about)
    return [*found, *(finding for page in values.pages for finding in _page_findings(page, languages))]


def check_erratum(values: ErratumValues, languages: Sequence[str]) -> list[Finding]:
    """The same for a slip of corrections, by session."""
    found = list(texts_findings((("edition", values.head.name),), languages))
    for one in values.corrections:
        sentences = "".join(map("".join, one.said.values()))
        found += of_session(one.session_id, one.title, languages, also_printed=sentences)
    return found


def _texts_outside_days(values: ItineraryValues) -> Iterator[Texts]:
    for division in values.divisions:
        yield from (division.name, *(branch.name for branch in division.branches))
    yield from (texts for hotel in values.hotels for texts in (hotel.name, hotel.address))
    yield from (contact.name for contact in values.contacts)
    yield from (values.emergency.numbers, values.emergency.consulate)
    yield from (texts for fact in values.own for texts in (fact.said, fact.value))


def _item_texts(item: ItineraryItem) -> Iterator[Texts]:
    yield from (item.place, item.address, item.place_to, item.address_to, item.host, item.dress, item.gift, item.notes)
    yield item.vehicle
    if item.leg:
        yield from (item.leg.start, item.leg.end)


def check_speaker_agenda(values: SpeakerAgendaValues, languages: Sequence[str]) -> list[Finding]:
    """The findings of one speaker's agenda: the speaker, the people on stage with them, and what was agreed."""
    partners = (partner for day in values.days for part in day.parts for partner in (*part.leading, *part.others))
    cast = {one.person.person_id: one.person for one in partners} | {values.person.person_id: values.person}
    found = [finding for person in cast.values() for finding in _person_findings(person, languages)]
    agreed = f"{values.contact}{values.av_needs}"
    found += missing_glyphs(agreed, values.person.shown_name, ("person", values.person.person_id))
    for own in (part.own for day in values.days for part in day.parts):
        found += of_session(own.session_id, own.title, languages, (own.item,), also_printed=own.av_needs)
    return found


def of_session(
    session_id: int, title: Texts, languages: Sequence[str], items: Iterable[Texts] = (), also_printed: str = ""
) -> Iterator[Finding]:
    """The findings of a session's title, of its items, and of other text printed with it."""
    about = ("session", session_id)
    yield from _text_findings(title, "session", languages, about, also_printed)
    for texts in items:
        yield from with_session(_text_findings(texts, "session", languages, about), pick(title, languages[0]))


def with_session(findings: Iterable[Finding], session: str) -> Iterator[Finding]:
    """Add the session's title to the findings of its parts."""
    return (replace(finding, details={**finding.details, "session": session}) for finding in findings)


def _of_head(head: EditionHead, *, with_hosts: bool) -> Iterator[tuple[str, Texts]]:
    """What a book says of the edition, by what it is; a booklet shows no theme and no hosts."""
    yield from (("edition", head.name), ("place", head.place))
    if with_hosts:
        yield "theme", head.theme
        for host in head.hosts:
            yield from (("host", host.name), ("level", host.level), ("remark", host.remark))


def _of_venues(venues: Iterable[Venue]) -> Iterator[tuple[str, Texts]]:
    for venue in venues:
        yield from (("venue", venue.name), ("address", venue.address), *(("room", room) for room in venue.rooms))


def texts_findings(parts: Iterable[tuple[str, Texts]], languages: Sequence[str]) -> Iterator[Finding]:
    """Report a text that appears in several places once."""
    distinct = {(part, *sorted(texts.items())): texts for part, texts in parts}
    for (part, *_texts), texts in distinct.items():
        yield from _text_findings(texts, str(part), languages)


def _text_findings(
    texts: Mapping[str, str], part: str, languages: Sequence[str], about: About | None = None, also_printed: str = ""
) -> Iterator[Finding]:
    """`about` is the owner of the `part`, where there are several. `also_printed` is reported under the same name."""
    shown, about = pick(texts, languages[0]), about or (part, "")
    yield from missing_glyphs("".join(texts.values()) + also_printed, shown, about)
    for language in missing(texts, languages) if any(texts.values()) else ():
        yield _untranslated(shown, part, language, about)


def _page_findings(page: WrittenPage, languages: Sequence[str]) -> Iterator[Finding]:
    """Report a missing language of a page once; the page is printed in the other language."""
    shown = pick(page.title, languages[0])
    about = ("page", page.code)
    yield from missing_glyphs(content_pages.words_of(page), shown, about)
    for language in languages:
        if not (page.title.get(language) and page.body.get(language)):
            yield _untranslated(shown, "page", language, about)
    if page.signatory is not None:
        yield from _person_findings(page.signatory, languages)


def _person_findings(person: PersonValues, languages: Sequence[str]) -> Iterator[Finding]:
    written = (person.latin_name, person.native_name, *person.title.values(), *person.organization.values())
    about = ("person", person.person_id)
    yield from missing_glyphs("".join(written), person.shown_name, about)
    for kind, texts in (("title", person.title), ("organization", person.organization)):
        for language in missing(texts, languages) if any(texts.values()) else ():
            yield _untranslated(person.shown_name, kind, language, about)


def _biography_findings(person: PersonValues, languages: Sequence[str]) -> Iterator[Finding]:
    """Who has none at all is no matter of languages: the first page tells it."""
    about = ("person", person.person_id)
    yield from missing_glyphs("".join(person.biography.values()), person.shown_name, about)
    for language in missing(person.biography, languages) if any(person.biography.values()) else ():
        yield _untranslated(person.shown_name, "biography", language, about)


def missing_glyphs(text: str, name: str, about: About) -> list[Finding]:
    """Characters that none of our fonts has."""
    return [
        Finding("missing-glyph", True, None, name, {"character": c, "codepoint": f"U+{ord(c):04X}"}, about)
        for c in fonts.uncovered(text, fonts.books_pair())
    ]


def _untranslated(name: str, part: str, language: str, about: About) -> Finding:
    return Finding("missing-translation", False, None, name, {"part": part, "language": language}, about)

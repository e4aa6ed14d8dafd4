"""A registrant's own itinerary as a page and as calendars."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, make_response, redirect, request, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.errors import LinkHasEnded, NotFound
from forumapp.core.serving.rate_limits import DRAWINGS, is_local, limiter
from forumapp.core.tokens import ending
from forumapp.core.values.regions import language_there
from forumapp.core.values.text import pick
from forumapp.domain.delegations.coaches.queries import coaches_of
from forumapp.domain.delegations.emergency import emergency_card
from forumapp.domain.delegations.hotel.queries import rooms_of
from forumapp.domain.delegations.itineraries.own_itinerary import next_of, own_entries, own_groups, running_of
from forumapp.domain.delegations.rules.reading_order import by_day
from forumapp.domain.forums.calendar.ics import CalendarEvent, calendar_file, host_of, session_uid
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.registration.emails import LINK_PURPOSE
from forumapp.domain.registration.invitations.emails import link_life
from forumapp.domain.registration.lists.queries import find_by_link
from forumapp.domain.registration.rules import ADMITTED
from forumapp.web import assets
from forumapp.web.drawing import drawn
from forumapp.web.public.agenda.page_cache import CALENDAR
from forumapp.web.public.own.page import blueprint, registration_of
from forumapp.web.public.own.papers import handed_over
from forumapp.web.public.signed_links import read_link, seconds_to_keep
from forumapp.web.public.site import render
from forumapp.web.wording.language import LOCALES, language
from forumapp.web.wording.words import elapsed, moment, offset_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from forumapp.core.config import Config
    from forumapp.core.tokens import Links
    from forumapp.domain.delegations.coaches.queries import OwnCoach
    from forumapp.domain.delegations.itineraries.own_itinerary import OwnEntry, OwnGroup
    from forumapp.domain.delegations.models.delegations import ItineraryItem
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.registration.models import Registration

FEED_PURPOSE = "itinerary"


@blueprint.get("/<token>/itinerary")
def itinerary(token: str) -> ResponseReturnValue:
    row = registration_of(token)
    if row.status not in ADMITTED:
        return redirect(url_for(".page", token=token))  # which shows the status
    db, now = reading(), clock.now()
    entries = own_entries(db, row.edition_id, row.id)
    page = render(
        "public/registration/itinerary.html",
        get_edition_by_id(db, row.edition_id),
        "own",
        token=token,
        feed=feed_of(row, get_edition_by_id(db, row.edition_id)),
        coaches={coach.item_id: coach for coach in coaches_of(db, row.edition_id, [row.id])[row.id]},
        groups=own_groups(db, row.edition_id, row.id),
        own_rooms=rooms_of(db, row.edition_id, [row.id]).get(row.id, []),
        card=emergency_card(db, row.edition_id, row.id),
        language_there=language_there,
        days=by_day(entries, lambda entry: entry.span),
        running=running_of(entries, now),
        next=next_of(entries, now),
        now=now,
    )
    response = make_response(page)
    response.headers["Keep-Seconds"] = str(seconds_to_keep(LINK_PURPOSE, token, now))
    return response


@blueprint.get("/<token>/itinerary-worker.js")
def itinerary_worker(token: str) -> Response:
    """Served next to the page: a service worker only controls addresses at or below its own."""
    registration_of(token)
    return assets.serve("itinerary_worker.js")


@blueprint.get("/<token>/itinerary.pdf")
@limiter.limit(DRAWINGS, exempt_when=is_local)
def itinerary_pdf(token: str) -> Response:
    """The current version of the booklet that organizers hand out."""
    from forumapp.domain.printing.delegation_papers.booklets import own_booklet

    row = registration_of(token)
    edition = get_edition_by_id(reading(), row.edition_id)
    values = own_booklet(reading(), edition, row.id, now=clock.now()) if row.status in ADMITTED else None
    if values is None or not values.days:
        raise NotFound(entity="itinerary_item")
    return handed_over(drawn("books", [values]), "application/pdf", "itinerary.pdf")


@blueprint.get("/<token>/itinerary.ics")
def itinerary_ics(token: str) -> Response:
    """Rendered on each request: subscribed calendars see each change, or a 304."""
    row = find_by_feed(token) or registration_of(token)
    if row.status not in ADMITTED:
        raise NotFound(entity="itinerary_item")
    edition = get_edition_by_id(reading(), row.edition_id)
    context = _Context(
        {coach.item_id: coach for coach in coaches_of(reading(), row.edition_id, [row.id])[row.id]},
        own_groups(reading(), row.edition_id, row.id),
    )
    events = [_event(own_entry, edition, context) for own_entry in own_entries(reading(), row.edition_id, row.id)]
    name = f"{pick(edition.name, language())} · {_('Itinerary')}"
    response = handed_over(calendar_file(name, events), CALENDAR, f"{edition.slug}-itinerary.ics")
    response.add_etag()
    response.make_conditional(request)
    return response


def feed_of(row: Registration, edition: Edition) -> str:
    """A token that opens only the calendar, because calendar providers learn the address. It expires with the personal
    link.
    """
    links: Links = current_app.extensions["forumapp.links"]
    ends = ending(link_life(edition), now=clock.now())
    return links.sign(FEED_PURPOSE, [row.id, row.link_number], ends=ends)


def find_by_feed(token: str) -> Registration | None:
    with suppress(LinkHasEnded):
        return find_by_link(reading(), *read_link(FEED_PURPOSE, token))
    return None


@dataclass(frozen=True, slots=True)
class _Context:
    """What events show with the items: coaches by item, and groups."""

    coaches: Mapping[int, OwnCoach]
    groups: Sequence[OwnGroup]


def _event(entry: OwnEntry, edition: Edition, context: _Context) -> CalendarEvent:
    """An entry's event. It links to the forum's page: readers of the calendar must not get the personal link."""
    config: Config = current_app.extensions["forumapp.config"]
    address = config.base_url + url_for("agenda.page", slug=edition.slug)
    when: Any = {"starts": entry.span.start.local, "ends": entry.span.end.local}
    common = {"summary": pick(entry.title, language()), **when}
    if session := entry.session:
        return CalendarEvent(
            uid=session_uid(session.code, edition.slug, address),
            stamp=session.published_at,
            version=session.version,
            url=f"{address}/sessions/{session.code}",
            location=pick(session.location, language()),
            status=session.status,
            **common,
        )
    item = entry.item
    assert item is not None, "an entry is one of the two"  # noqa: S101
    places = (pick(item.where, language()), pick(item.full_address, language()))
    return CalendarEvent(
        uid=f"itinerary-{item.id}@{edition.slug}.{host_of(address)}",
        stamp=_changed_at(item),
        version=item.version,
        url=address,
        description="\n".join([*_item_lines(entry, item), *_group_lines(entry, item, context)]),
        location=", ".join(words for words in places if words),
        is_free=entry.is_beside,
        **common,
    )


def _changed_at(item: ItineraryItem) -> datetime:
    """When the item, its leg or its places last changed."""
    return max(row.updated_at for row in (item, item.leg, item.begins_at, item.ends_at) if row)


def _item_lines(entry: OwnEntry, item: ItineraryItem) -> list[str]:
    """Lines for values without a property in iCalendar; the address also in the other language, for taxis."""
    here, leg = language(), item.leg
    lines = [
        (_("Flight or train"), " ".join(words for words in (leg.carrier, leg.number) if words) if leg else ""),
        (_("Terminal of departure"), leg.from_terminal if leg else ""),
        (_("Terminal of arrival"), leg.to_terminal if leg else ""),
        (_("Estimated departure"), _expected(leg.estimated_start_utc if leg else None, entry.span.start.zone)),
        (_("Estimated arrival"), _expected(leg.estimated_end_utc if leg else None, entry.span.end.zone)),
        (_("Duration"), elapsed(entry.elapsed) if entry.is_journey else ""),
        (_("Place where it ends"), pick(item.where_to, here)),
        *((_("Address"), item.full_address.get(code, "")) for code in LOCALES if code != here),
        (_("Hosted by"), pick(entry.host, here)),
        (_("Dress"), pick(item.dress, here)),
        (_("Contact on site"), item.contact),
        (_("Note"), pick(item.note, here)),
    ]
    return [_("%(label)s: %(value)s", label=label, value=value) for label, value in lines if value]


def _group_lines(entry: OwnEntry, item: ItineraryItem, context: _Context) -> list[str]:
    """Lines for the coach, and the groups at the beginning of the entry."""
    here, coach = language(), context.coaches.get(item.id)
    driver = " ".join(words for words in (coach.driver, coach.driver_mobile) if words) if coach else ""
    vehicle = ", ".join(words for words in (pick(coach.name, here), coach.plate) if words) if coach else ""
    groups = [pick(group.name, here) for group in context.groups if group.holds(entry.span.start.utc)]
    lines = [
        (_("Your coach"), vehicle),
        (_("Driver"), driver),
        (_("Your groups"), ", ".join(groups)),
    ]
    return [_("%(label)s: %(value)s", label=label, value=value) for label, value in lines if value]


def _expected(at: datetime | None, zone: str) -> str:
    return f"{moment(at, zone)} {offset_words(at, zone)}" if at else ""

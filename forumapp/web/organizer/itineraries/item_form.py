"""The form of an itinerary item, with the fields of its kind, and the values to confirm before saving."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core.database.transactions import reading
from forumapp.core.errors import Invalid
from forumapp.core.values.text import pick
from forumapp.core.values.times import Moment, Span, TimeDoesNotExist
from forumapp.domain.agenda.queries import sessions_page
from forumapp.domain.delegations.groups import audiences
from forumapp.domain.delegations.groups.audiences import Part
from forumapp.domain.delegations.itineraries import places
from forumapp.domain.delegations.itineraries.items import NO_LEG, refuse_long
from forumapp.schemas.choices import ItineraryKind, PlaceKind
from forumapp.web.forms.fields import Field, Flag, Pick, Texts
from forumapp.web.forms.itinerary_fields import Audience, Ends, Estimated, OfLeg, Row, estimated
from forumapp.web.organizer.kit.guard import edition
from forumapp.web.organizer.kit.suggestions import find_organization, organization_box
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from forumapp.domain.delegations.models.delegations import Delegation, ItineraryItem
    from forumapp.web.forms.forms import Form

TRAVEL = (ItineraryKind.FLIGHT, ItineraryKind.TRAIN)
WAYS = (*TRAVEL, ItineraryKind.TRANSFER)
HOSTED = (ItineraryKind.MEAL, ItineraryKind.VISIT, ItineraryKind.MEETING, ItineraryKind.CEREMONY)
_NINE, _TEN = time(9), time(10)
ALL = 1000
LEG = (
    OfLeg(name="carrier", label=_l("Carrier"), help=_l("As it is sold: the airline or the railway.")),
    OfLeg(name="number", label=_l("Number"), help=_l("Such as XX 123."), longest=20),
    OfLeg(
        name="operating_carrier",
        label=_l("Operated by"),
        help=_l("If another carrier runs it."),
    ),
    OfLeg(name="operating_number", label=_l("Number of the operating carrier"), longest=20),
    OfLeg(name="from_terminal", label=_l("Terminal of departure"), longest=50),
    OfLeg(name="to_terminal", label=_l("Terminal of arrival"), longest=50),
    Estimated(name="estimated_start", label=_l("Estimated departure"), end="start"),
    Estimated(name="estimated_end", label=_l("Estimated arrival"), end="end"),
)


def fields_of(kind: ItineraryKind, delegation: Delegation) -> tuple[Field, ...]:
    """Return the fields of an item of this kind, in the order in which people fill them."""
    here = _l("Place of departure") if kind in WAYS else _l("Place")
    ports = {ItineraryKind.FLIGHT: PlaceKind.AIRPORT, ItineraryKind.TRAIN: PlaceKind.STATION}
    offer = partial(places_offered, first=ports.get(kind, PlaceKind.HOTEL if kind is ItineraryKind.HOTEL else None))
    empty = _l("None of the list")
    fields: list[Field] = [Texts(name="title", label=_l("What"), required=True)]
    if kind is ItineraryKind.SESSION:
        fields.append(Pick(name="session_id", label=_l("Session of the agenda"), offer=sessions_offered))
    fields.append(Pick(name="place_id", label=here, offer=offer, empty=empty))
    if kind in WAYS:
        fields.append(Pick(name="end_place_id", label=_l("Destination"), offer=offer, empty=empty))
    fields.append(Ends(name="span", label=_l("Time"), zone_at=zone_at))
    if kind in TRAVEL:
        fields += LEG
    else:
        fields += [
            Texts(name="place", label=_l("Place in other words"), help=_l("If it is not on the list, or more exact.")),
            Texts(name="address", label=_l("Address"), help=_l("If it is not the place's own.")),
        ]
    if kind in HOSTED:
        host = organization_box("host_id", _l("Received by"), help=_l("The organization that receives the delegation."))
        gift = Texts(name="gift", label=_l("Gift"), help=_l("What the delegation hands over."))
        fields += [host, Texts(name="dress", label=_l("Dress")), gift]
        fields.append(Flag(name="open_to_press", label=_l("Open to the press")))
    fields.append(Field(name="contact", label=_l("Contact on site"), help=_l("A name and a number."), longest=200))
    fields.append(Texts(name="note", label=_l("Note"), multiline=True))
    if kind not in WAYS:
        words = _l("A day or a half that other items fill, such as the forum itself. They do not clash with it.")
        fields.append(Flag(name="is_frame", label=_l("Contains other items"), help=words))
    fields.append(audience_field(delegation))
    return tuple(fields)


def audience_field(delegation: Delegation) -> Audience:
    return Audience(
        name="audience",
        label=_l("For whom"),
        help=_l("If these differ, what is set for a person counts before a group, and a group before a delegation."),
        offer=cache(partial(rows_offered, delegation)),  # as long as this form
        of=lambda row: audiences.audience_of(reading(), [row.id])[row.id],
        usual=lambda: [Part(True, delegation_id=delegation.id)],
    )


def rows_offered(delegation: Delegation) -> list[Row]:
    return rows_of(audiences.choices_for(reading(), delegation))


def rows_of(known: audiences.Choices) -> list[Row]:
    """The delegation and its parts, the groups of its people, and the people themselves."""
    shown_language = language()
    return [
        *(
            Row(f"d-{row_id}", pick(name, shown_language), str(_("Delegations")))
            for row_id, name in known.delegations.items()
        ),
        *(
            Row(f"g-{row_id}", pick(name, shown_language), pick(partition, shown_language))
            for row_id, (name, partition) in known.groups.items()
        ),
        *(
            Row(f"r-{row_id}", name.shown(shown_language), str(_("People by name")))
            for row_id, name in known.people.items()
        ),
    ]


def places_offered(first: PlaceKind | None) -> list[tuple[str, str]]:
    """Those of the kind that is usual come first."""
    rows = sorted(places.list_places(reading(), edition().id), key=lambda row: row.kind != first)
    return [(str(row.id), pick(row.name, language())) for row in rows]


def sessions_offered() -> list[tuple[str, str]]:
    return [
        (str(row.id), pick(row.title, language())) for row in sessions_page(reading(), edition().id, size=ALL).items
    ]


def zone_at(place_id: str | None) -> str:
    """Return the time zone of a place, or that of the edition."""
    zones = (row.zone for row in places.list_places(reading(), edition().id) if str(row.id) == place_id)
    return next(zones, edition().zone)


def defaults(day: date) -> dict[str, Any]:
    start, end = (Moment(datetime.combine(day, hour), edition().zone) for hour in (_NINE, _TEN))
    return {"span": Span(start, end), "audience": None}


def values_of(form: Form, kind: ItineraryKind, row: ItineraryItem | None = None) -> tuple[dict[str, Any], Span]:
    """A form's values as the services take them: columns, with the leg and the audience, and the times."""
    values = {**form.values, "kind": kind}
    span: Span = values.pop("span")
    try:
        refuse_long(span, kind, is_frame=values.get("is_frame", row is not None and row.is_frame))
    except Invalid as error:
        raise Invalid(fields={"ends": error.fields["end"]}) from error
    if kind in TRAVEL:
        ends = {"estimated_start": span.start, "estimated_end": span.end}
        leg = {name: values.pop(name) for name in NO_LEG if name in values}
        for name, scheduled in ends.items():
            leg[f"{name}_utc"] = _estimated(name, values.pop(name), scheduled)
        values["leg"] = leg
    if row is not None and row.host_id is not None and "host_id" in values and values["host_id"] is None:
        # A user who may not see the host saw an empty field, so an empty value removes nobody.
        values["host_id"] = None if find_organization(row.host_id) else row.host_id
    return values, span


def _estimated(name: str, wall: datetime | None, scheduled: Moment) -> datetime | None:
    try:
        return estimated(wall, scheduled)
    except TimeDoesNotExist as error:
        raise Invalid(fields={name: error.code}) from error

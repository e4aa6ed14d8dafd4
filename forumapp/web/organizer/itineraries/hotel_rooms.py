"""Hotel rooms of a delegation: who sleeps in which, who has none, and the rooms themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.errors import NotFound
from forumapp.core.values.text import fold, pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations import queries
from forumapp.domain.delegations.groups.queries import mark_of
from forumapp.domain.delegations.hotel import queries as hotel_queries
from forumapp.domain.delegations.hotel import services as hotel_services
from forumapp.domain.delegations.rules.rooming import MOST_SHARERS, most_at_once
from forumapp.schemas.choices import HotelRoomKind, MealPlan
from forumapp.web.forms.fields import Choice, Count, Day, Field, Flag, Number, Pick, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.delegations.delegation_form import find
from forumapp.web.organizer.delegations.delegations import SECTION, is_within
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.display import answer_words, full_name
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed
from forumapp.web.wording import labels
from forumapp.web.wording.language import language
from forumapp.web.wording.words import days

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date, datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.models.delegations import Delegation
    from forumapp.domain.delegations.models.rooms import HotelRoom, RoomStay
    from forumapp.domain.delegations.queries import MemberLine
    from forumapp.domain.delegations.rules.rooming import Stay

SEE, EDIT = Permission.SEE_ITINERARIES, Permission.EDIT_DELEGATIONS
ROOMS = "/<edition>/delegations/<code>/rooms"
ONE = f"{ROOMS}/<id:room_id>"


@dataclass(frozen=True, slots=True)
class Sharer:
    line: MemberLine
    row: RoomStay
    stay: Stay


@dataclass(frozen=True, slots=True)
class Card:
    """A room as the page shows it. `others` counts the people of other delegations in it."""

    row: HotelRoom
    hotel: dict[str, str]
    sharers: list[Sharer]
    others: int
    free: int
    is_own: bool
    tells: bool  # whether to show requests to the hotel, for those who may see answers

    @property
    def nights(self) -> int:
        return (self.row.check_out - self.row.check_in).days


@dataclass(frozen=True, slots=True)
class Open:
    """Someone with nights to fill; `nights` is empty if their stay is unknown."""

    line: MemberLine
    nights: list[tuple[date, date]]


@dataclass(frozen=True, slots=True)
class Rooming:
    """Where a delegation sleeps: people without a room, people with a room for some nights only, and the rooms.

    `wishes` are by registration, only those that the reader may see.
    """

    without: list[Open]
    partly: list[Open]
    cards: list[Card]
    people: dict[int, MemberLine]
    marks: dict[int, str]
    wishes: dict[int, str]


def rooming_of(db: DbSession, row: Delegation) -> Rooming:
    """A constant number of queries."""
    people = {registration_id.registration_id: registration_id for registration_id in queries.list_members(db, row)}
    known, hotels = (
        hotel_queries.rooms_for(db, row),
        {registration_id.id: registration_id.name for registration_id in hotel_queries.list_hotels(db, row.edition_id)},
    )
    theirs = hotel_queries.stays_of(db, people)
    spans = hotel_queries.spans_by_person(db, theirs)
    days = hotel_queries.days_of(db, row.edition_id)
    there = {
        registration_id: days[line.delegation_id]
        for registration_id, line in people.items()
        if line.delegation_id in days
    }
    nights = hotel_queries.nights_open(spans, there)
    held: dict[int, list[RoomStay]] = {}
    for stay in hotel_queries.stays_in(db, [registration_id.id for registration_id in known]):
        held.setdefault(stay.room_id, []).append(stay)
    cards = [
        _card(registration_id, hotels.get(registration_id.place_id, {}), held.get(registration_id.id, []), people)
        for registration_id in known
    ]
    return Rooming(
        [
            Open(line, nights.get(registration_id, []))
            for registration_id, line in people.items()
            if not theirs[registration_id]
        ],
        [
            Open(line, nights[registration_id])
            for registration_id, line in people.items()
            if theirs[registration_id] and registration_id in nights
        ],
        [
            registration_id
            for registration_id in cards
            if registration_id.is_own or registration_id.sharers or registration_id.free
        ],
        people,
        {registration_id: mark_of(stays) for registration_id, stays in theirs.items()},
        wishes_of(db, people.values()),
    )


def wishes_of(db: DbSession, lines: Collection[MemberLine]) -> dict[int, str]:
    """Describe hotel wishes, as far as the reader may see answers."""
    can_see = {
        delegation_id: is_within(delegation_id, Permission.SEE_ANSWERS)
        for delegation_id in {line.delegation_id for line in lines}
    }
    rows = hotel_queries.wishes_of(db, [line.registration_id for line in lines if can_see[line.delegation_id]])
    return {
        registration_id: " · ".join(answer_words(*wish) for wish in wishes) for registration_id, wishes in rows.items()
    }


def _card(room: HotelRoom, hotel: dict[str, str], held: list[RoomStay], people: Mapping[int, MemberLine]) -> Card:
    stays = [hotel_queries.as_stay(booking, room) for booking in held]
    pairs = zip(held, stays, strict=True)
    mine = [Sharer(people[row.registration_id], row, stay) for row, stay in pairs if row.registration_id in people]
    others = {stay.registration for stay in stays} - people.keys()
    free = room.capacity - most_at_once(stays)
    is_own, tells = (is_within(room.delegation_id, permission) for permission in (SEE, Permission.SEE_ANSWERS))
    return Card(room, hotel, mine, len(others), free, is_own, tells)


def filter_rooming(shown: Rooming, search: str) -> Rooming:
    """Filter people by name, and rooms by number or people; all search words must match."""
    words = [word for word in map(fold, search.split()) if word]
    if not words:
        return shown

    def has(*texts: str) -> bool:
        text = fold(" ".join(texts))
        return all(word in text for word in words)

    def names(line: MemberLine) -> bool:
        return has(*line.name.texts.values())

    without, partly = (
        [open_person for open_person in those if names(open_person.line)] for those in (shown.without, shown.partly)
    )
    cards = [card for card in shown.cards if has(card.row.number) or any(names(sharer.line) for sharer in card.sharers)]
    return replace(shown, without=without, partly=partly, cards=cards)


def called(room: HotelRoom) -> str:
    """By its number, or while that is not known by its place among the rooms of its delegation."""
    return room.number or str(_("Room no. %(number)s", number=room.position))


def put_fields(cards: Iterable[Card]) -> tuple[Field, ...]:
    def offered() -> list[tuple[str, Any]]:
        return [(str(card.row.id), offer_of(card)) for card in cards]

    return (
        Pick(
            name="room_id",
            label=_l("Put those who are ticked into"),
            offer=offered,
            required=True,
            empty=_l("Choose a room"),
        ),
        Day(name="from_on", label=_l("First night"), help=_l("Left empty: from the room's first night on.")),
        Day(name="until_on", label=_l("Leaves on"), help=_l("Left empty: for all of the room's nights.")),
        Flag(
            name="leaves",
            label=_l("They leave the room that they have on these nights"),
            help=_l("Unticked, nobody is moved if any of them has another room on these nights."),
        ),
    )


def offer_of(room: Card) -> str:
    free = ngettext("%(num)s bed free", "%(num)s beds free", room.free) if room.free else _("full")
    parts = (called(room.row), labels.label(room.row.kind), days(room.row.check_in, room.row.check_out), free)
    return " · ".join(map(str, parts))


def room_fields(*, many: bool) -> tuple[Field, ...]:
    """Return the fields of one room, or of several alike."""
    number = Field(name="number", label=_l("Room number"), help=_l("Empty until the hotel has told it."), longest=30)
    count = Count(
        name="count",
        label=_l("How many rooms like this"),
        required=True,
        least=1,
        most=hotel_services.MOST_AT_ONCE,
    )
    return (
        Pick(name="place_id", label=_l("Hotel"), offer=hotels_offered, required=True, empty=_l("Choose a hotel")),
        Choice(name="kind", label=_l("Kind"), kind=HotelRoomKind, required=True),
        *((count,) if many else (number,)),
        Number(
            name="capacity",
            label=_l("How many it sleeps"),
            help=_l("Left empty: one in a single room, two in any other.") if many else "",
            required=not many,
            least=1,
            most=MOST_SHARERS,
        ),
        Day(name="check_in", label=_l("Check-in day"), help=_l("The day of the first night."), required=True),
        Day(name="check_out", label=_l("Check-out day"), help=_l("The day after the last night."), required=True),
        Choice(name="meal_plan", label=_l("Meals"), kind=MealPlan, required=True),
        Texts(name="requests", label=_l("Requests"), help=_l("What the hotel is asked for, such as a quiet room.")),
    )


def hotels_offered() -> list[tuple[str, Any]]:
    return [
        (str(hotel.id), pick(hotel.name, language())) for hotel in hotel_queries.list_hotels(reading(), edition().id)
    ]


def room_of(code: str, room_id: int, permission: Permission = SEE) -> tuple[Delegation, HotelRoom]:
    """Return a room that the delegation's people may use: its own, its parent's or a part's."""
    delegation = find(code, permission)
    row = next((room for room in hotel_queries.rooms_for(reading(), delegation) if room.id == room_id), None)
    if row is None:
        raise NotFound(entity="hotel_room")
    return delegation, row


def own_room(code: str, room_id: int) -> tuple[Delegation, HotelRoom]:
    """Return a room that the caller may edit; one of a parent delegation takes access to all of it."""
    delegation, row = room_of(code, room_id, EDIT)
    if not is_within(row.delegation_id, EDIT):
        abort(404)
    return delegation, row


@blueprint.get(ROOMS)
@needs(SEE)
def hotel_rooms(code: str) -> str:
    row = find(code, SEE)
    shown = rooming_of(reading(), row)
    return page_of(row, shown, Form.empty(put_fields(shown.cards), leaves=True))


def page_of(
    row: Delegation,
    shown: Rooming,
    form: Form,
    *,
    ticked: Mapping[int, str] | None = None,
    wrong: Mapping[int, str] | None = None,
) -> str:
    search = request.values.get("search", "")
    beds = sum(card.row.capacity for card in shown.cards if card.is_own)
    people = {f"person-{one}": full_name(line.name) for one, line in shown.people.items()}
    return render_template(
        "organizer/delegations/rooms.html",
        section=SECTION,
        row=row,
        shown=filter_rooming(shown, search),
        search=search,
        form=form,
        called=called,
        beds=beds,
        rooms=sum(card.is_own for card in shown.cards),
        housed=len(shown.people) - len(shown.without),
        hotels=hotels_offered(),
        errors={**form.errors, **{f"person-{one}": words for one, words in (wrong or {}).items()}},
        labels={**form.labels, **people},
        ticked=ticked or {},
        wrong=wrong or {},
    )


@blueprint.route(f"{ROOMS}/new", methods=["GET", "POST"])
@needs(EDIT)
def new_hotel_rooms(code: str) -> ResponseReturnValue:
    row, fields = find(code), room_fields(many=True)
    if request.method == "GET":
        hotels = hotels_offered()
        stays = {"check_in": row.arrives_on, "check_out": row.departs_on}
        usual = {"kind": HotelRoomKind.TWIN, "count": 1, "meal_plan": MealPlan.BREAKFAST, **stays}
        form = Form.empty(fields, **usual, **({"place_id": int(hotels[0][0])} if len(hotels) == 1 else {}))
    else:
        form = Form.sent(fields, request.form)
    made: list[HotelRoom] = []

    def create(db: DbSession) -> None:
        values = {name: value for name, value in form.values.items() if (name, value) != ("capacity", None)}
        delegation, count = queries.get_delegation(db, edition().id, code), values.pop("count")
        made.extend(hotel_services.create_rooms(db, delegation, values, count, actor=actor(), now=clock.now()))

    if request.method == "GET" or not saved(form, create):
        page = render_template("organizer/delegations/room_form.html", section=SECTION, row=row, form=form)
        return page, 422 if form.faults else 200
    flash(ngettext("%(num)s room has been added.", "%(num)s rooms have been added.", len(made)), "ok")
    return redirect(url_for("organizer.hotel_rooms", code=code))


@blueprint.route(ONE, methods=["GET", "POST"])
@needs(EDIT)
def hotel_room(code: str, room_id: int) -> ResponseReturnValue:
    delegation, row = own_room(code, room_id)
    fields = room_fields(many=False)
    form = Form.of(fields, row) if request.method == "GET" else Form.sent(fields, request.form, row)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        hotel_services.update_room(db, edition().id, room_id, form.values, **by)

    if request.method == "GET" or not saved(form, change, lambda: own_room(code, room_id)[1]):
        page = render_template(
            "organizer/delegations/room_form.html", section=SECTION, row=delegation, form=form, room=row,
            name=called(row), history=past("hotel_room", row.id),
        )  # fmt: skip
        return page, form.status if request.method == "POST" else 200
    flash(_("The hotel room has been saved."), "ok")
    return redirect(url_for("organizer.hotel_rooms", code=code, _anchor=f"room-{room_id}"))


@blueprint.post(f"{ONE}/remove")
@needs(EDIT)
def remove_hotel_room(code: str, room_id: int) -> ResponseReturnValue:
    own_room(code, room_id)

    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        by: Any = {"version": version or 0, "actor": actor(), "now": now}
        return hotel_services.remove_room(db, edition().id, room_id, **by)

    back = url_for("organizer.hotel_rooms", code=code)
    return removed(remove, _("The room has been removed. Its people are without a room now."), back)

"""Two delegations with everything of theirs that someone might see who should not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from forumapp.core.values.times import Span
from forumapp.domain.audit.services import Actor, Via, create, record
from forumapp.domain.checkin.models import Checkpoint, Scan, VipAlert
from forumapp.domain.checkin.rules import Direction, Result
from forumapp.domain.checkin.setup.checkpoints import create_checkpoint
from forumapp.domain.delegations.coaches.boardings import mark_boarding, put_into_run
from forumapp.domain.delegations.coaches.runs import create_run
from forumapp.domain.delegations.coaches.vehicles import create_vehicle
from forumapp.domain.delegations.groups.members import add_group_member
from forumapp.domain.delegations.groups.services import create_group, create_partition
from forumapp.domain.delegations.hotel.services import create_rooms
from forumapp.domain.delegations.hotel.stays import add_stay
from forumapp.domain.delegations.itineraries.items import add_itinerary_item, remove_itinerary_item
from forumapp.domain.delegations.itineraries.places import create_place
from forumapp.domain.delegations.members.roster import add_supporter
from forumapp.domain.delegations.members.services import add_member, create_delegation, remove_member
from forumapp.domain.delegations.models.coaches import Boarding, BoardingState, Vehicle
from forumapp.domain.delegations.models.conflicts import ClashOverride
from forumapp.domain.delegations.models.delegations import BulkAction, BulkRow, BulkRun, BulkStatus
from forumapp.domain.delegations.models.notices import GivenOut, How, ItemNotice, ItineraryTelling
from forumapp.domain.delegations.notifications.recording import said_by_item
from forumapp.domain.delegations.rules.commitments import PartyKind
from forumapp.domain.delegations.rules.item_changes import ItemChange, mark_of
from forumapp.domain.forums.models import Edition
from forumapp.domain.forums.venues.travel_places import ItineraryPlace
from forumapp.domain.images.checking import check_picture
from forumapp.domain.images.services import keep_picture
from forumapp.domain.importing.models import ImportKind
from forumapp.domain.importing.runs.files import Upload
from forumapp.domain.importing.runs.kinds import ANYWHERE, IMPORTERS
from forumapp.domain.importing.runs.services import bring
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import Affiliation, PrecedenceList
from forumapp.domain.people.precedence import lists
from forumapp.domain.people.records.services import (
    add_affiliation,
    create_organization,
    create_person,
    set_edition_title,
)
from forumapp.domain.printing.letter_models import LetterKind
from forumapp.domain.printing.letters.queries import Selection
from forumapp.domain.printing.letters.services import issue_letters
from forumapp.domain.printing.models import JobStatus, Paper, PrintJob
from forumapp.domain.proofs import answering
from forumapp.domain.proofs import services as proofs
from forumapp.domain.proofs.models import ProofCorrection
from forumapp.domain.proofs.queries import get_proof
from forumapp.domain.registration.forms.questions import read_questions
from forumapp.domain.registration.lifecycle.register import change_answers, enter
from forumapp.domain.registration.models import Registration, TicketCode
from forumapp.domain.registration.rules import RegistrationStatus, Source
from forumapp.domain.registration.uploads.services import keep_file
from tests.access.standing import QUESTIONS
from tests.pictures import document, photo
from tests.web.organizer.house import BY, House, wall

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.models.delegations import Delegation, ItineraryItem
    from tests.access.words import Words

FINDING = {
    "code": "missing-glyph",
    "blocking": False,
    "registration_id": None,
    "details": {"character": "x", "codepoint": "U+0078"},
}


@dataclass(frozen=True)
class Party:
    """A delegation's words, and the ids of its rows."""

    words: Words
    delegation_id: int
    registration_id: int
    applied_id: int
    person_id: int
    organization_id: int
    member_id: int
    supporter_id: int
    override_id: int
    telling_id: int
    notice_id: int
    seen: str
    item_id: int
    partition_id: int
    group_id: int
    group_member_id: int
    hotel_id: int
    hotel_room_id: int
    stay_id: int
    transfer_id: int
    coach_run_id: int
    boarding_id: int
    entry_id: int
    job_id: int
    book_id: int
    queued_id: int
    removal_id: int
    message_id: int
    proof_id: int
    proofed_ids: tuple[int, ...]
    correction_id: int
    affiliation_id: int
    bulk_id: int
    letter_id: int
    alert_id: int
    scan_id: int
    import_id: int
    codes: tuple[str, ...] = ()

    @property
    def proofed_id(self) -> int:
        return self.proofed_ids[0]

    @property
    def code(self) -> str:
        return self.words.code

    @property
    def secrets(self) -> tuple[str, ...]:
        return (*self.words.all, *self.codes)


def add_party(session: DbSession, house: House, words: Words, *, liaison_id: int | None = None) -> Party:
    edition_id = house.edition_id
    values = {"code": words.code, "name": words.name, "quota": words.quota, "liaison_id": liaison_id}
    office = create_organization(session, {"legal": words.office, "short": words.office}, **BY)
    delegation = create_delegation(session, edition_id, {**values, "lead_organization_id": office.id}, **BY)
    registration = add_person(session, house, words, office.id)
    member = add_member(session, delegation, registration.id, **BY)
    applied = add_person(session, house, words, office.id, family=f"{words.family}B", status=RegistrationStatus.APPLIED)
    add_member(session, delegation, applied.id, **BY)
    gone = add_person(session, house, words, office.id, family=words.left)
    remove_member(session, edition_id, add_member(session, delegation, gone.id, **BY).id, version=1, **BY)
    # What is removed is not the last: its id would be given again (on SQLite), and be another's.
    wrong, dinner, _flight = [
        add_itinerary_item(session, delegation, {"kind": kind, "title": title}, Span(wall(9), wall(10)), **BY)
        for kind, title in (
            ("visit", words.gone), ("meal", words.dinner), ("flight", {"en": words.flight}),
        )
    ]  # fmt: skip
    removal = remove_itinerary_item(session, edition_id, wrong.id, version=1, **BY)
    partition = create_partition(session, delegation, {"kind": "visit", "name": words.dinner}, **BY)
    group = create_group(session, partition, {"code": "branch", "name": words.dinner}, **BY)
    in_group = add_group_member(session, group, registration.id, **BY)
    inn = {"code": "lodge", "kind": "hotel", "name": {"en": "Lodge"}, "zone": "UTC"}
    lodge = select(ItineraryPlace).filter_by(edition_id=edition_id, code="lodge")  # which all share
    hotel = session.scalars(lodge).one_or_none() or create_place(session, edition_id, inn, **BY)
    nights = {"check_in": date(2023, 5, 20), "check_out": date(2023, 5, 26)}
    # Who is alone in it is asked for no agreement: a second one shares it.
    wish = {"kind": "twin", "place_id": hotel.id, "requests": {"en": words.needs}, **nights}
    [room] = create_rooms(session, delegation, wish, **BY)
    add_stay(session, room, applied.id, {}, **BY)
    stay = add_stay(session, room, registration.id, {"until_on": date(2023, 5, 24)}, **BY)
    transfer = add_itinerary_item(
        session, delegation, {"kind": "transfer", "title": words.dinner}, Span(wall(20), wall(21)), **BY
    )
    coach = {"code": "coach", "kind": "coach", "name": {"en": "Coach"}, "seats": 20}
    known = select(Vehicle).filter_by(edition_id=edition_id, code="coach")  # the edition's, as the hotel is
    vehicle = session.scalars(known).one_or_none() or create_vehicle(session, edition_id, coach, **BY)
    led = {"vehicle_id": vehicle.id, "captain_id": registration.id, "beside_reason": "Shared"}
    run = create_run(session, edition_id, transfer.id, led, **BY)
    put_into_run(session, edition_id, run.id, {registration.id: ""}, **BY)
    boarding = session.scalars(select(Boarding).filter_by(run_id=run.id)).one()
    mark_boarding(session, edition_id, boarding.id, BoardingState.BOARDED, version=1, **BY)
    order = session.scalars(select(PrecedenceList).filter_by(edition_id=edition_id, scope="program")).one()
    entry = lists.add_precedence_entry(
        session, order, registration.person_id, capacity=words.title, reason=words.rank, **BY
    )
    proof = proofs.create_proof(
        session, edition_id, {"delegation_id": delegation.id, "email": f"office@{words.code}.example"}, **BY
    )
    lines = get_proof(session, edition_id, proof.id).entries
    line = lines[0]
    seen: Any = {"seen": line.shown.fingerprint, "by": words.family, "actor": Actor(None, Via.PAGE), "now": BY["now"]}
    wanted = {"latin_given": "Weiwei"}
    correction = answering.correct(session, proof.id, 1, line.id, wanted, remark=words.wish, **seen)
    image = keep_picture(session, check_picture(photo()), **BY)
    session.execute(update(ProofCorrection).where(ProofCorrection.id == correction.id).values(photo_id=image.id))
    record(session, "changed", "proof_correction", correction.id, edition_id=edition_id, **BY)
    for entity, row_id in (("registration", registration.id), ("person", registration.person_id)):
        seen = {"role": (words.reason, words.family)}
        record(session, "changed", entity, row_id, edition_id=edition_id, reason=words.reason, changes=seen, **BY)
    return Party(
        words=words,
        delegation_id=delegation.id,
        registration_id=registration.id,
        applied_id=applied.id,
        person_id=registration.person_id,
        organization_id=office.id,
        member_id=member.id,
        supporter_id=add_supporter(session, delegation, office.id, **BY).id,
        override_id=allow_clash(session, edition_id, registration.person_id, words.allowed),
        **told_of(session, delegation, registration.id, dinner),
        item_id=dinner.id,
        partition_id=partition.id,
        group_id=group.id,
        group_member_id=in_group.id,
        hotel_id=hotel.id,
        hotel_room_id=room.id,
        stay_id=stay.id,
        transfer_id=transfer.id,
        coach_run_id=run.id,
        boarding_id=boarding.id,
        entry_id=entry.id,
        job_id=add_job(session, house, words, delegation.id, JobStatus.DONE),
        book_id=add_job(session, house, words, delegation.id, JobStatus.DONE, Paper.ITINERARIES),
        queued_id=add_job(session, house, words, delegation.id, JobStatus.QUEUED),
        removal_id=removal.id,
        message_id=add_message(session, edition_id, words, registration.id),
        proof_id=proof.id,
        proofed_ids=tuple(one.id for one in lines),
        correction_id=correction.id,
        bulk_id=_bulk_run(session, edition_id, registration.id),
        import_id=_roster(session, edition_id, words),
        affiliation_id=posts_of(session, registration.person_id)[0],
        letter_id=certificate_of(session, edition_id, registration.id),
        alert_id=alert_of(session, edition_id, registration.id, house.owner_id),
        scan_id=kept_scan_of(session, edition_id, registration.id, house.owner_id),
        codes=tuple(
            code
            for row in session.scalars(select(TicketCode).where(TicketCode.registration_id == registration.id))
            for code in (row.code, row.short)
        ),
    )


def add_person(
    session: DbSession,
    house: House,
    words: Words,
    office_id: int,
    *,
    family: str = "",
    status: RegistrationStatus = RegistrationStatus.CONFIRMED,
) -> Registration:
    family = family or words.family
    told: dict[str, Any] = {
        "latin_family": family,
        "latin_given": "Wei",
        "name_order": "family-first",
        "native_full": words.native,
        "email": f"{family.lower()}@{words.code}.example",
        "phone": words.phone,
        "wechat": f"{words.needs}-wechat",
        "photo": check_picture(photo()),
    }
    person = create_person(session, told, **BY)
    add_affiliation(session, person.id, office_id, words.title, **BY)
    set_edition_title(session, house.edition_id, person.id, title=words.title, organization_id=office_id, **BY)
    how: Any = {"status": status, "source": Source.MANUAL, "language": "en", **BY}
    row = enter(session, house.edition_id, person.id, house.type_id, **how)
    cv = keep_file(session, house.edition_id, read_questions(QUESTIONS[-1:])[0], "cv.pdf", document(), now=BY["now"])
    said = {"cv": cv, "diet": ["halal"], "access": words.needs, "flight": f"{words.needs} 88"}
    change_answers(session, house.edition_id, row.id, said, version=1, **BY)
    return row


def told_of(session: DbSession, delegation: Delegation, registration_id: int, item: ItineraryItem) -> dict[str, Any]:
    """A member was told of an item once, and is to be told that it is not on another day."""
    of: dict[str, Any] = {"edition_id": item.edition_id, "registration_id": registration_id}
    session.add(GivenOut(edition_id=item.edition_id, delegation_id=delegation.id))
    telling = ItineraryTelling(**of, how=How.PHONE)
    session.add(telling)
    session.flush()
    far = {end: {"wall": f"2099-05-22T{hour}:00", "zone": "UTC"} for end, hour in (("start", "09"), ("end", "10"))}
    said = said_by_item(session, [item])[item.id]
    was = {**said, **far}
    about: Any = {"delegation_id": delegation.id, "item_id": item.id, "item_made_at": item.created_at, "was": was}
    session.add(ItemNotice(**of, **about, telling_id=telling.id))
    notice = ItemNotice(**of, **about)
    session.add(notice)
    session.flush()
    change = ItemChange(notice.id, item.id, was, said)
    return {"telling_id": telling.id, "notice_id": notice.id, "seen": mark_of([change])}


def certificate_of(session: DbSession, edition_id: int, registration_id: int) -> int:
    to = Selection(LetterKind.CERTIFICATE, registration=registration_id)
    return issue_letters(session, session.get_one(Edition, edition_id), to, **BY).letters[0].id


def alert_of(session: DbSession, edition_id: int, registration_id: int, officer_id: int) -> int:
    known = select(Checkpoint).filter_by(edition_id=edition_id, code="vip-desk")
    told = {"code": "vip-desk", "kind": "vip", "name": {"en": "VIP desk"}}
    desk = session.scalars(known).one_or_none() or create_checkpoint(session, edition_id, told, **BY)
    row = VipAlert(edition_id=edition_id, registration_id=registration_id, checkpoint_id=desk.id, officer_id=officer_id)
    row.result, row.day, row.at = Result.PASSED, date(2023, 5, 22), BY["now"]
    session.add(row)
    session.flush()
    return row.id


def kept_scan_of(session: DbSession, edition_id: int, registration_id: int, account_id: int) -> int:
    """One by which a station let somebody in on its own who was in already."""
    desk = session.scalars(select(Checkpoint).filter_by(edition_id=edition_id, code="vip-desk")).one()
    told: dict[str, Any] = {"result": Result.ALREADY_IN, "told": Result.PASSED, "direction": Direction.IN}
    when = {"received_at": BY["now"], "counts_at": BY["now"]}
    of: dict[str, Any] = {"edition_id": edition_id, "checkpoint_id": desk.id, "registration_id": registration_id}
    row = Scan(**of, account_id=account_id, nonce=f"kept-{registration_id}", **told, **when)
    session.add(row)
    session.flush()
    return row.id


def allow_clash(session: DbSession, edition_id: int, person_id: int, reason: str) -> int:
    """One that is none any more, as it stays listed."""
    one, other = {"one_kind": PartyKind.ITEM, "one_id": 10**6}, {"other_kind": PartyKind.SESSION, "other_id": 10**6}
    row = ClashOverride(edition_id=edition_id, person_id=person_id, minutes=5, reason=reason, **one, **other)
    create(session, row, **BY)
    return row.id


def add_job(
    session: DbSession,
    house: House,
    words: Words,
    delegation_id: int,
    status: JobStatus,
    paper: Paper = Paper.BADGES,
) -> int:
    """A print that tells the names of the delegation, a booklet also what is in its itinerary."""
    file = f"print/{words.code}-{paper}.pdf" if status is JobStatus.DONE else None
    found = words.dinner["en"] if paper is Paper.ITINERARIES else words.native
    if file:
        house.app.extensions["forumapp.storage"].put(file, f"%PDF- {words.family} {found}".encode())
    job = PrintJob(
        edition_id=house.edition_id,
        paper=paper,
        options={"delegation": words.code},
        delegation_id=delegation_id,
        status=status,
        file=file,
        pages=1 if file else None,
        finished_at=BY["now"] if file else None,
        findings=[FINDING | {"name": found}],
    )
    session.add(job)
    session.flush()
    return job.id


def add_message(session: DbSession, edition_id: int, words: Words, registration_id: int) -> int:
    row = Message(
        key=f"first-{registration_id}",
        edition_id=edition_id,
        about="registration",
        about_id=registration_id,
        recipient=words.email,
        language="en",
        template="registration-confirmed",
        values={"name": words.family},
        state="failed",
        due_at=BY["now"],
        fault=words.reason,
    )
    session.add(row)
    session.flush()
    return row.id


def _roster(session: DbSession, edition_id: int, words: Words) -> int:
    content = f"Name,Title\nMade {words.family},{words.reason}\n".encode()
    name = f"{words.family}.csv"
    table = IMPORTERS[ImportKind.ROSTER].read(session, edition_id, name, content, None, ANYWHERE)
    return bring(session, edition_id, Upload(ImportKind.ROSTER, name, content, table, words.code), **BY).id


def posts_of(session: DbSession, person_id: int) -> list[int]:
    return list(session.scalars(select(Affiliation.id).where(Affiliation.person_id == person_id)))


def _bulk_run(session: DbSession, edition_id: int, registration_id: int) -> int:
    """Of one delegation's member alone, so that another's liaison has nothing to do with it."""
    said: Any = {"action": BulkAction.LANGUAGE, "value": "en", "status": BulkStatus.DONE, "total": 1, "done": 1}
    run = BulkRun(edition_id=edition_id, via=Via.COMMAND, **said)
    session.add(run)
    session.flush()
    row = {"registration_id": registration_id, "seen": 1, "outcome": "stale"}
    session.add(BulkRow(edition_id=edition_id, run_id=run.id, **row))
    return run.id

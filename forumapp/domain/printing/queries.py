"""From the database to the plain values that paper is made of. The same number of queries for 1 row and for 1,000."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, or_, select

from forumapp.core.errors import Refusal
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.accounts.scope import limited
from forumapp.domain.agenda.content.snapshots import by_role, name_in, room_texts, zone_of
from forumapp.domain.agenda.days import by_day as sessions_by_day
from forumapp.domain.agenda.queries import get_version, latest_version, public_agenda
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember
from forumapp.domain.delegations.queries import PROGRAM
from forumapp.domain.forums.editions.pictures import sizes_of
from forumapp.domain.forums.pages.queries import pages_in_program
from forumapp.domain.forums.queries import list_hosts, list_rooms, list_venues
from forumapp.domain.images.queries import contents_of
from forumapp.domain.people.archive.archived_names import Appearance, frozen_beside, person_printed, photos_printed
from forumapp.domain.people.models import EditionTitle, FrozenName, NameOrder, Organization, Person
from forumapp.domain.people.names.printed_names import Printed, printed
from forumapp.domain.people.queries import TitleLine, approved_at, organization_name
from forumapp.domain.people.rules import Name
from forumapp.domain.printing.models import JobStatus, PrintJob
from forumapp.domain.printing.paper import documents as paper
from forumapp.domain.printing.paper.handout_boxes import as_read
from forumapp.domain.printing.selection import chosen_badges, wanted_badges
from forumapp.domain.printing.speakers import introduced
from forumapp.domain.registration.attendance.stays import CAME_AT, HAND_OUT
from forumapp.domain.registration.attendance.who_came import admitted
from forumapp.domain.registration.lists.filters import Badge
from forumapp.domain.registration.models import Registration, RegistrationType, TicketCode
from forumapp.domain.registration.rules import ADMITTED, ATTENDANCE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.forums.pages.queries import Written
    from forumapp.domain.forums.queries import HostLine
    from forumapp.domain.printing.rules import Options


class Named(NamedTuple):
    """A badge with the name by which it is put in order."""

    badge: paper.BadgeValues
    name: Name
    person_id: int
    delegation_id: int | None


class NothingPublished(Refusal):
    """The program shows a published agenda, and there is none yet."""

    code = "nothing-published"


class NothingToPrint(Refusal):
    """There is nobody and nothing that the paper would tell, of what is chosen."""

    code = "nothing-to-print"


class NothingChanged(NothingToPrint):
    """Nothing of what is chosen was printed before and has changed since."""

    code = "nothing-changed"


def get_print_job(db: DbSession, edition_id: int, job_id: int, *, within: Collection[int] | None = None) -> PrintJob:
    return get_in(db, PrintJob, edition_id, job_id, within=within)


def count_failed_prints(db: DbSession, *, since: datetime) -> int:
    failed = select(func.count()).where(PrintJob.status == JobStatus.FAILED, PrintJob.updated_at >= since)
    return db.scalar(failed) or 0


def print_jobs_page(
    db: DbSession,
    edition_id: int,
    *,
    within: Collection[int] | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[PrintJob]:
    """The newest first. `within` limits them to those about these delegations, and to programs."""
    reached = limited(PrintJob.id, "print_job", edition_id, within)
    query = select(PrintJob).where(PrintJob.edition_id == edition_id, *reached).order_by(PrintJob.id.desc())
    return paged(db, query, number=number, size=size)


def edition_head(db: DbSession, edition: Edition, options: Options) -> paper.EditionHead:
    """What every paper of the edition shares. One query."""
    hosts = (_host(line) for line in list_hosts(db, edition.id))
    return paper.EditionHead(
        name=edition.name,
        ordinal=edition.ordinal,
        starts_on=edition.starts_on,
        ends_on=edition.ends_on,
        zone=edition.zone,
        place=edition.place,
        theme=edition.theme,
        hosts=tuple(hosts),
        languages=options.languages or tuple(edition.languages),
        page_size=edition.page_size.value,
        accent_color=edition.accent_color,
        is_sample=edition.is_sample,
    )


def ranked_head(db: DbSession, edition: Edition, options: Options) -> paper.EditionHead:
    """The same, of papers on which people stand in the order of precedence. Two queries."""
    when = approved_at(db, edition.id, PROGRAM)
    day = when.astimezone(ZoneInfo(edition.zone)).date() if when else None
    return dataclasses.replace(edition_head(db, edition, options), ranked_on=day)


def _host(line: HostLine) -> paper.Host:
    logo = paper.Logo(line.logo.id, line.logo.width, line.logo.height) if line.logo else None
    return paper.Host(line.name, line.role.value, line.remark, line.level or {}, logo)


def badge_values(
    db: DbSession, edition_id: int, options: Options, *, within: Collection[int] | None = None, mixed: bool = False
) -> list[paper.BadgeValues]:
    """The badges of everyone admitted whom the options choose, as they are handed out: by delegation (each followed by
    its parts) unless they are `mixed`, then by family name as it is read.
    """
    places = {} if mixed else places_of_delegations(db, edition_id)
    people = named_badges(db, edition_id, options, within=within)
    last = len(places)  # who comes alone follows the delegations
    people.sort(
        key=lambda one: (places.get(one.delegation_id or 0, last), as_read(one.name), one.badge.registration_id)
    )
    photos = photos_printed(db, edition_id, [one.person_id for one in people])
    return [dataclasses.replace(one.badge, photo=photos.get(one.person_id)) for one in people]


def badges_to_print(db: DbSession, edition: Edition, options: Options, **of: Any) -> list[paper.BadgeValues]:
    """The same, where there are any. Raises NothingToPrint, as NothingChanged where only changed ones are wanted."""
    badges = badge_values(db, edition.id, options, **of)
    if not badges:
        raise (NothingChanged if wanted_badges(options) is Badge.CHANGED else NothingToPrint)(edition=edition.slug)
    return badges


def named_badges(
    db: DbSession, edition_id: int, options: Options, *, within: Collection[int] | None = None
) -> list[Named]:
    """The same in no order, without photos. One query."""
    query = _coded(edition_id, *_PLACED)
    query = query.where(*chosen_badges(db, edition_id, options, within=within))
    rows = [(row, appearance(row)) for row in db.execute(query)]
    return [Named(_badge(row, one), one.name, row.person_id, row.delegation_id) for row, one in rows]


def ticket_values(db: DbSession, edition_id: int, registration_id: int) -> paper.BadgeValues | None:
    """What stands on the badge of someone who is admitted, and so on their ticket. One query."""
    row = db.execute(_coded(edition_id, *_PLACED).where(Registration.id == registration_id)).one_or_none()
    return _badge(row, appearance(row)) if row else None


def badge_at_desk(
    db: DbSession,
    edition_id: int,
    registration_id: int,
    *,
    is_rehearsal: bool = False,
    within: Collection[int] | None = None,
) -> paper.BadgeValues | None:
    """Of one who stands there: who may come, and who was let in without a place. With their live code or, of who has
    none any more, the last one.
    """
    came = admitted(edition_id, is_rehearsal=is_rehearsal, kinds=(*CAME_AT, *HAND_OUT))
    here = Registration.status.in_(ATTENDANCE), Registration.id.in_(came)
    reached = limited(Registration.id, "registration", edition_id, within)
    query = _coded(edition_id, or_(*here), *reached).where(Registration.id == registration_id)
    row = db.execute(query.order_by(TicketCode.revoked_at.is_not(None), TicketCode.id.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    photo = photos_printed(db, edition_id, [row.person_id]).get(row.person_id)
    return dataclasses.replace(_badge(row, appearance(row)), photo=photo)


def program_values(
    db: DbSession,
    edition: Edition,
    options: Options,
    *,
    number: int | None = None,
    with_pictures: bool = True,
    now: datetime,
) -> paper.ProgramValues:
    """The program of a published agenda, the last one unless `number` or the options say which; a few queries. A book
    lies about for all to read, so it tells what everyone may read and no more. `with_pictures` reads them, to print.

    Raises NothingPublished.
    """
    number = options.agenda if number is None else number
    version = latest_version(db, edition.id) if number is None else get_version(db, edition.id, number)
    if version is None:
        raise NothingPublished(edition=edition.slug)
    content = public_agenda(version)
    people = {int(key): _person(int(key), one) for key, one in content["people"].items()}
    tracks = {track["id"]: track["name"] for track in content["tracks"]}
    standing = [session for session in content["sessions"] if session["status"] != "cancelled"]
    days = sessions_by_day(standing, lambda one: datetime.fromisoformat(one["start"]["utc"]), edition.zone)
    head = edition_head(db, edition, options)
    pages, venues = _pages_and_venues(db, edition.id)
    speakers = introduced(db, edition.id, content, people)
    pictures = [*(host.logo for host in head.hosts), *(page.picture for page in pages), *(one.plan for one in venues)]
    pictures += [one.photo for one in speakers]
    return paper.ProgramValues(
        head=head,
        days=tuple(
            paper.ProgramDay(
                day,
                tuple(
                    dataclasses.replace(
                        _session(one, edition.zone, people, room_texts(content, one), tracks),
                        there=_there(one, zone_of(content, one, edition.zone), edition.zone),
                    )
                    for one in found
                ),
            )
            for day, found in days.items()
        ),
        speakers=speakers,
        version=version.number,
        printed_at=now,
        pages=pages,
        venues=venues,
        pictures=contents_of(db, {one.key for one in pictures if one}) if with_pictures else {},
    )


# Everyone who has a place, with their live code.
_PLACED = (Registration.status.in_(ADMITTED), TicketCode.revoked_at.is_(None))


def _coded(edition_id: int, *which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """A row for each of these registrations and codes: the indexes allow one live code and one current delegation."""
    columns: tuple[Any, ...] = (
        Registration.id,
        Registration.person_id,
        Person.latin_family,
        Person.latin_given,
        Person.name_order,
        Person.native_full,
        Person.native_language,
        EditionTitle.title,
        EditionTitle.organization_name,
        Organization.short,
        Organization.legal,
        FrozenName.said,
        Registration.outlet,
        RegistrationType.code.label("type_code"),
        RegistrationType.name.label("type_name"),
        RegistrationType.color,
        TicketCode.code,
        TicketCode.short.label("short_code"),
        DelegationMember.delegation_id,
        Delegation.name.label("delegation"),
    )
    return (
        select(*columns)
        .join(Person, Person.id == Registration.person_id)
        .join(RegistrationType, RegistrationType.id == Registration.type_id)
        .join(TicketCode, TicketCode.registration_id == Registration.id)
        .outerjoin(
            EditionTitle,
            (EditionTitle.edition_id == Registration.edition_id)
            & (EditionTitle.person_id == Registration.person_id)
            & (EditionTitle.position == 1),
        )
        .outerjoin(Organization, Organization.id == EditionTitle.organization_id)
        .outerjoin(FrozenName, frozen_beside(Registration))
        .outerjoin(
            DelegationMember,
            (DelegationMember.registration_id == Registration.id) & DelegationMember.left_on.is_(None),
        )
        .outerjoin(Delegation, Delegation.id == DelegationMember.delegation_id)
        .where(Registration.edition_id == edition_id, *which)
    )


def appearance(row: Any) -> Appearance:
    """How the person of a row with the columns of names and of the first title is printed."""
    family_first = row.name_order == NameOrder.FAMILY_FIRST
    name = Name(row.latin_family, row.latin_given, family_first, row.native_full, row.native_language)
    organization = organization_name(row.short, row.legal, row.organization_name)
    return person_printed(row.said, name, [TitleLine(row.title or {}, organization)])


def _badge(row: Any, shown: Appearance) -> paper.BadgeValues:
    one = printed(shown.name, shown.first.title, row.outlet or shown.first.organization)
    return paper.BadgeValues(
        registration_id=row.id,
        latin_name=one.latin_name,
        native_name=one.native_name,
        native_lang=one.native_language,
        title=one.title,
        organization=one.organization,
        type_code=row.type_code,
        type_name=row.type_name,
        type_color=row.color,
        code=row.code,
        short_code=row.short_code,
        delegation=row.delegation or {},
    )


def places_of_delegations(db: DbSession, edition_id: int) -> dict[int, int]:
    """By delegation, its place on paper: in the organizers' order, each followed by its parts."""
    query = select(Delegation.id, Delegation.parent_id).where(Delegation.edition_id == edition_id)
    parts: dict[int | None, list[int]] = defaultdict(list)
    for delegation_id, parent_id in db.execute(query.order_by(Delegation.position, Delegation.id)):
        parts[parent_id].append(delegation_id)
    order: list[int] = []
    waiting = list(reversed(parts[None]))
    while waiting:
        order.append(waiting.pop())
        waiting += reversed(parts[order[-1]])
    return {delegation_id: place for place, delegation_id in enumerate(order)}


def _person(person_id: int, one: Mapping[str, Any]) -> paper.PersonValues:
    first = one["titles"][0] if one["titles"] else {"title": {}, "organization": {}}
    name = name_in(one)
    person = in_book(person_id, printed(name, first["title"], first["organization"]))
    return dataclasses.replace(person, sort_key=name.sort_key)


def in_book(person_id: int, one: Printed) -> paper.PersonValues:
    return paper.PersonValues(
        person_id, one.latin_name, one.native_name, one.native_language, one.title, one.organization
    )


def _pages_and_venues(db: DbSession, edition_id: int) -> tuple[tuple[paper.WrittenPage, ...], tuple[paper.Venue, ...]]:
    """Four queries, and one for the sizes of all their pictures."""
    pages, venues, rooms = pages_in_program(db, edition_id), list_venues(db, edition_id), list_rooms(db, edition_id)
    sizes = sizes_of(db, [*(page.picture_id for page in pages), *(venue.floor_plan_id for venue in venues)])
    pictures = {one: paper.Logo(one, *size) for one, size in sizes.items()}
    return tuple(written_page(page, pictures.get(page.picture_id or 0)) for page in pages), tuple(
        paper.Venue(
            venue.name,
            venue.address,
            tuple(room.name for room in rooms if room.venue_id == venue.id),
            pictures.get(venue.floor_plan_id or 0),
        )
        for venue in venues
    )


def written_page(page: Written, picture: paper.Logo | None) -> paper.WrittenPage:
    signed, by = page.signatory, None
    if signed is not None:
        one = printed(signed.name, signed.first.title, signed.first.organization)
        by = in_book(page.signatory_id or 0, one)
    return paper.WrittenPage(page.code, page.kind.value, page.title, page.body, by, picture)


def _session(
    session: Mapping[str, Any],
    zone: str,
    people: Mapping[int, paper.PersonValues],
    room: dict[str, str],
    tracks: Mapping[int, dict[str, str]],
) -> paper.ProgramSession:
    parts: dict[int | None, list[paper.Appearance]] = defaultdict(list)
    for role in session["roles"]:
        parts[role["item"]].append(paper.Appearance(role["role"], people[role["person"]]))
    heard = {of: tuple(by_role(those, attrgetter("role"))) for of, those in parts.items()}
    return paper.ProgramSession(
        code=session["code"],
        title=session["title"],
        kind=session["kind"],
        starts=_local(session["start"], zone),
        ends=_local(session["end"], zone),
        status=session["status"],
        room=room,
        track=tracks.get(session["track"], {}),
        interpretation=session["interpretation"],
        press=session["press"],
        people=heard.get(None, ()),
        items=tuple(
            paper.ProgramItem(item["title"], item["minutes"], heard.get(item["id"], ()), item["mode"])
            for item in session["items"]
        ),
        channels=tuple((one["number"], one["language"]) for one in session.get("channels", ())),
        id=session["id"],
    )


def _there(session: Mapping[str, Any], own_zone: str, zone: str) -> tuple[datetime, datetime] | None:
    starts, ends = (_local(session[edge], own_zone) for edge in ("start", "end"))
    is_same = starts.utcoffset() == _local(session["start"], zone).utcoffset()
    return None if is_same and ends.utcoffset() == _local(session["end"], zone).utcoffset() else (starts, ends)


def _local(moment: Mapping[str, str], zone: str) -> datetime:
    """In the edition's zone, in which the whole program is told."""
    return datetime.fromisoformat(moment["utc"]).astimezone(ZoneInfo(zone))

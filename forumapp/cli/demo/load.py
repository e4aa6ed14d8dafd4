"""Puts the sample forum into the database, through the same services that people use."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from forumapp.cli.demo import sample
from forumapp.cli.demo.data import EDITION
from forumapp.cli.demo.floor_plan import floor_plan
from forumapp.cli.demo.portraits import portrait
from forumapp.cli.demo.seating import add_seating
from forumapp.cli.demo.sessions import add_session
from forumapp.cli.demo.signing import add_signatory
from forumapp.cli.demo.touring import load_delegations
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.agenda.sessions import services as agenda
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.forums.calendar.queries import open_tasks
from forumapp.domain.forums.calendar.tasks import tick_task
from forumapp.domain.forums.editions import services as forums
from forumapp.domain.forums.hosts import services as hosts_services
from forumapp.domain.forums.models import ContentKind, Edition, EditionStatus, HostRole, PageSize
from forumapp.domain.forums.pages import services as pages_services
from forumapp.domain.forums.queries import find_edition
from forumapp.domain.forums.venues import services as venues_services
from forumapp.domain.images.checking import check_picture
from forumapp.domain.people.models import NameOrder, OrganizationKind
from forumapp.domain.people.precedence import lists
from forumapp.domain.people.records import services as people
from forumapp.domain.registration.consent_texts import Purpose, usual
from forumapp.domain.registration.forms.answers import snapshot
from forumapp.domain.registration.lifecycle import register as registrations
from forumapp.domain.registration.lifecycle.consent import set_consent_words, store_consents
from forumapp.domain.registration.models import RegistrationStatus, Source

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.cli.demo import records
    from forumapp.domain.delegations.models.groups import DelegationGroup

COMMAND = Actor(None, Via.COMMAND)
OFFICER = "protocol@forum.example"


@dataclass
class Loaded:
    """What the sample's keys became, by kind: rows, or ids where only they are needed."""

    db: DbSession
    now: datetime
    officer_id: int
    edition: Edition
    organizations: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    rooms: dict[str, int] = field(default_factory=dict)
    tracks: dict[str, int] = field(default_factory=dict)
    types: dict[str, int] = field(default_factory=dict)
    sessions: dict[str, int] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    registrations: dict[str, int] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)  # of itineraries
    groups: dict[str, DelegationGroup] = field(default_factory=dict)  # of delegations

    @property
    def by(self) -> dict[str, Any]:
        return {"actor": COMMAND, "now": self.now}


def load(db: DbSession, *, owner_id: int | None, now: datetime) -> bool:
    """Load the sample unless it is there already; says whether it did. `owner_id` is the account that owns it."""
    if find_edition(db, EDITION.slug):
        return False
    forum = sample()
    into = Loaded(db, now, _officer(db, now=now), _edition(db, forum, now=now))
    grant_role(db, into.officer_id, into.edition.id, Role.PROTOCOL_OFFICER, **into.by)
    if owner_id is not None:
        grant_role(db, owner_id, into.edition.id, Role.OWNER, **into.by)
    _organizations(into, forum)
    _venue(into, forum)
    _people(into, forum)
    _contents(into, forum)
    order_id = _precedence(into, forum.precedence)
    for session in forum.sessions:
        add_session(into, session)
    _registrations(into, forum)
    load_delegations(into, forum)
    add_seating(into, order_id)
    add_signatory(into)
    _calendar(into)
    agenda.publish(db, into.edition.id, label=forum.agenda_version.label, note=forum.agenda_version.note, **into.by)
    return True


def _officer(db: DbSession, *, now: datetime) -> int:
    """Who answers for the sample's VIPs and delegations: an account that nobody can sign in to."""
    name = "Protocol officer (sample)"
    return create_account(db, email=OFFICER, name=name, password=None, actor=COMMAND, now=now).id


def _edition(db: DbSession, forum: records.Sample, *, now: datetime) -> Edition:
    series = forums.create_series(db, code=forum.series.code, name=forum.series.name, actor=COMMAND, now=now)
    given = forum.edition
    values = {
        "slug": given.slug,
        "series_id": series.id,
        "ordinal": given.ordinal,
        "year": given.year,
        "name": dict(given.name),
        "theme": dict(given.theme),
        "place": dict(given.place),
        "starts_on": given.starts_on,
        "ends_on": given.ends_on,
        "zone": given.timezone,
        "languages": list(given.languages),
        "page_size": PageSize(given.page_size),
        "accent_color": given.accent_color,
        "status": EditionStatus(given.status),
        "is_sample": given.is_sample,
    }
    return forums.create_edition(db, values, actor=COMMAND, now=now)


def _organizations(into: Loaded, forum: records.Sample) -> None:
    """Wholes before their parts, whatever order the sample lists them in."""
    waiting = list(forum.organizations)
    while waiting:
        ready = [one for one in waiting if one.parent is None or one.parent in into.organizations]
        for one in ready:
            into.organizations[one.key] = people.create_organization(
                into.db,
                {
                    "code": one.key,
                    "legal": dict(one.legal_name),
                    "short": dict(one.short_name),
                    "abbreviation": dict(one.abbreviation),
                    "parent_id": into.organizations.get(one.parent or ""),
                    "country_region": one.country_region,
                    "kind": OrganizationKind(one.kind),
                },
                **into.by,
            ).id
        waiting = [one for one in waiting if one not in ready]
    for host in forum.hosts:
        hosts_services.add_host(
            into.db,
            into.edition.id,
            {
                "organization_id": into.organizations[host.organization],
                "role": HostRole(host.role),
                "print_order": host.print_order,
                "remark": dict(host.note),
            },
            **into.by,
        )


def _venue(into: Loaded, forum: records.Sample) -> None:
    given, edition_id = forum.venue, into.edition.id
    venue = venues_services.create_venue(
        into.db,
        edition_id,
        {
            "code": given.key,
            "name": dict(given.name),
            "address": dict(given.address),
            "zone": given.timezone,
            "floor_plan": check_picture(floor_plan(forum.rooms)),
            "is_sample": given.is_sample,
        },
        **into.by,
    )
    for room in forum.rooms:
        values = {
            "code": room.key,
            "venue_id": venue.id,
            "name": dict(room.name),
            "capacity": room.capacity,
            "layouts": dict(room.layouts),
            "position": room.print_order,
            "is_sample": room.is_sample,
        }
        into.rooms[room.key] = venues_services.create_room(into.db, edition_id, values, **into.by).id
    for track in forum.tracks:
        values = {
            "code": track.code,
            "name": dict(track.name),
            "color": track.color,
            "position": track.print_order,
        }
        into.tracks[track.code] = agenda.create_track(into.db, edition_id, values, **into.by).id


def _people(into: Loaded, forum: records.Sample) -> None:
    for given in forum.people:
        person = people.create_person(into.db, _person_values(given), **into.by)
        into.people[given.key] = person.id
        organization_id = into.organizations[given.organization]
        post = people.add_affiliation(into.db, person.id, organization_id, given.title, **into.by)
        people.set_edition_title(
            into.db,
            into.edition.id,
            person.id,
            title=given.title,
            organization_id=organization_id,
            affiliation_id=post.id,
            **into.by,
        )


def _contents(into: Loaded, forum: records.Sample) -> None:
    for given in forum.content_pages:
        values = {
            "code": given.code,
            "kind": ContentKind(given.kind),
            "title": dict(given.title),
            "body": dict(given.body),
            "signatory_id": into.people[given.signatory] if given.signatory else None,
            "on_site": True,
            "in_program": True,
            "is_sample": given.is_sample,
        }
        pages_services.create_page(into.db, into.edition.id, values, **into.by)


def _person_values(given: records.Person) -> dict[str, Any]:
    return {
        "native_full": given.native_full,
        "native_family": given.native_family,
        "native_given": given.native_given,
        "native_language": given.native_language or "zh-Hans",
        "latin_family": given.latin_family,
        "latin_given": given.latin_given,
        "name_order": NameOrder(given.name_order),
        "call_name": given.call_name,
        "form_of_address": dict(given.form_of_address),
        "pronunciation": given.pronunciation,
        "languages": list(given.languages),
        "email": given.email,
        "phone": given.phone,
        "photo": check_picture(portrait(given.key, address=given.form_of_address)) if given.has_portrait else None,
        "biography": dict(given.biography),
        "flags": list(given.flags),
        "is_sample": given.is_sample,
    }


def _precedence(into: Loaded, given: records.PrecedenceList) -> int:
    row = lists.create_precedence_list(
        into.db,
        into.edition.id,
        given.scope,
        name=given.name,
        **into.by,
    )
    for entry in sorted(given.entries, key=lambda entry: entry.sort_key):
        lists.add_precedence_entry(
            into.db, row, into.people[entry.person], capacity=entry.capacity, reason=entry.reason, **into.by
        )
    by = {**into.by, "now": given.approved_at}
    lists.approve_precedence_list(into.db, row, given.approved_by, version=row.version, **by)
    return row.id


def _registrations(into: Loaded, forum: records.Sample) -> None:
    contacts = usual(Purpose.CONTACT_LIST)
    asked: dict[str, Any] = {"is_asked": True, "version": 0, **into.by}
    set_consent_words(into.db, into.edition.id, contacts.purpose, contacts.text, **asked)
    _types(into, forum)
    questions = {given.code: given.questions for given in forum.registration_types}
    for one in forum.registrations:
        row = registrations.enter(
            into.db,
            into.edition.id,
            into.people[one.person],
            into.types[one.type],
            status=RegistrationStatus(one.status),
            source=Source(one.source),
            language=one.language,
            registered_at=one.registered_at,
            responsible_id=into.officer_id if one.is_vip else None,
            answers=snapshot(questions[one.type], one.answers),
            **into.by,
        )
        into.registrations[one.person] = row.id
        if one.is_listed:
            given: dict[str, Any] = {"language": one.language, "via": COMMAND.via, "now": one.registered_at}
            store_consents(into.db, into.edition.id, row.id, [contacts], **given)


def _types(into: Loaded, forum: records.Sample) -> None:
    for given in forum.registration_types:
        values = {
            "code": given.code,
            "name": dict(given.name),
            "description": dict(given.description),
            "quota": given.quota,
            "is_open": given.is_open and given.is_public,
            "needs_approval": given.needs_approval,
            "color": given.color,
            "admits": list(given.admits),
            "position": given.print_order,
            "questions": [dict(one) for one in given.questions],
        }
        into.types[given.code] = registrations.create_type(into.db, into.edition.id, values, **into.by).id


def _calendar(into: Loaded) -> None:
    """What is due before the forum and during it is done; what comes after it is not."""
    for row in open_tasks(into.db, into.edition.id):
        if row.due_on <= into.edition.ends_on:
            tick_task(into.db, into.edition.id, row.id, done=True, version=row.version, **into.by)

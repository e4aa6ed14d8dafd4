"""Version 1: one module a domain, its schemas and operations together."""

from __future__ import annotations

from forumapp.api.v1 import audit, findings, imports, links, removals
from forumapp.api.v1.delegations import (
    bulk_edits,
    coach_runs,
    conflicts,
    delegations,
    hotel_rooms,
    itineraries,
    notifications,
    readiness,
    supporters,
    vehicles,
)
from forumapp.api.v1.delegations import groups as delegations_groups
from forumapp.api.v1.delegations import places as delegations_places
from forumapp.api.v1.email import email_texts, mailings, messages
from forumapp.api.v1.onsite import (
    attendance,
    checkin,
    desk,
    live_numbers,
    overrides,
    rehearsals,
    rosters,
    vip_alerts,
    walk_ins,
)
from forumapp.api.v1.people import erasure, name_checks, people, precedence, registry, seating
from forumapp.api.v1.printing import badge_designs, badge_stocks, formal_letters, jobs, print_log
from forumapp.api.v1.program import agenda, cues, publishing, scheduled_publishing, session_parts, speakers
from forumapp.api.v1.registration_types import allotments, consents, edition_capacity, invitations
from forumapp.api.v1.registrations import (
    accreditation,
    answer_files,
    bulk_actions,
    export,
    groups,
    plus_ones,
    registration,
    reminders,
    sharing,
    sign_ups,
    statistics,
    substitution,
)
from forumapp.api.v1.settings import cloning, content_pages, forums, hosts, overview, retention, task_calendar, venues

BLUEPRINTS = tuple(
    module.blueprint
    for module in (
        forums,
        cloning,
        overview,
        hosts,
        hotel_rooms,
        venues,
        content_pages,
        task_calendar,
        people,
        registry,
        imports,
        precedence,
        agenda,
        session_parts,
        speakers,
        publishing,
        scheduled_publishing,
        cues,
        registration,
        export,
        statistics,
        bulk_actions,
        answer_files,
        invitations,
        links,
        substitution,
        groups,
        plus_ones,
        sharing,
        sign_ups,
        walk_ins,
        accreditation,
        checkin,
        overrides,
        rosters,
        rehearsals,
        live_numbers,
        vip_alerts,
        allotments,
        edition_capacity,
        email_texts,
        mailings,
        reminders,
        consents,
        messages,
        delegations,
        desk,
        supporters,
        readiness,
        seating,
        itineraries,
        notifications,
        bulk_edits,
        delegations_places,
        vehicles,
        coach_runs,
        conflicts,
        delegations_groups,
        name_checks,
        jobs,
        badge_designs,
        badge_stocks,
        print_log,
        erasure,
        findings,
        formal_letters,
        removals,
        retention,
        attendance,
        audit,
    )
)

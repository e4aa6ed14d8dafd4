"""The sample forum `ccbf-2023` as plain values, with no database: whoever loads it goes through the services."""

from __future__ import annotations

from forumapp.cli.demo.biographies import with_biographies
from forumapp.cli.demo.branches import LOS_ANGELES, SAN_FRANCISCO
from forumapp.cli.demo.coaches import VEHICLES, sample_runs
from forumapp.cli.demo.contents import sample_contents
from forumapp.cli.demo.data import AGENDA_VERSION, EDITION, HOSTS, REGISTRATION_TYPES, ROOMS, SERIES, TRACKS, VENUE
from forumapp.cli.demo.delegations import sample_delegations
from forumapp.cli.demo.groups import sample_groups
from forumapp.cli.demo.hotel import sample_rooms
from forumapp.cli.demo.itinerary import WHOLE, sample_journeys
from forumapp.cli.demo.organizations import organizations
from forumapp.cli.demo.people import sample_people
from forumapp.cli.demo.places import EMERGENCIES, PLACES
from forumapp.cli.demo.precedence import sample_precedence
from forumapp.cli.demo.program import sample_sessions
from forumapp.cli.demo.records import Sample
from forumapp.cli.demo.registrations import sample_registrations

__all__ = ["Sample", "sample"]


def sample() -> Sample:
    """The whole sample forum, equal each time it is asked for."""
    known = organizations()
    people = sample_people(known)
    sessions = sample_sessions(people, known)
    delegations = sample_delegations(people)
    partitions = sample_groups(delegations)
    return Sample(
        series=SERIES,
        edition=EDITION,
        organizations=known,
        hosts=HOSTS,
        venue=VENUE,
        rooms=ROOMS,
        tracks=TRACKS,
        registration_types=REGISTRATION_TYPES,
        content_pages=sample_contents(people),
        people=with_biographies(people, sessions, known),
        sessions=sessions,
        delegations=delegations,
        places=PLACES,
        emergencies=EMERGENCIES,
        itinerary_items=(*WHOLE, *sample_journeys(), *SAN_FRANCISCO, *LOS_ANGELES),
        partitions=partitions,
        hotel_rooms=sample_rooms(delegations, people, partitions),
        vehicles=VEHICLES,
        coach_runs=sample_runs(),
        precedence=sample_precedence(people, delegations, sessions),
        registrations=sample_registrations(people),
        agenda_version=AGENDA_VERSION,
    )

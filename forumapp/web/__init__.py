"""The pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.web import frame, organizer, status
from forumapp.web.public import content_pages, home, images, search_engines, unsubscribe, wording
from forumapp.web.public.agenda import (
    cached_answers,
    changes,
    feeds,
    link_previews,
    pages,
    picked_sessions,
    screen,
    speakers,
)
from forumapp.web.public.checkin import captain, offline, override, station
from forumapp.web.public.groups import allotment, group, new_group
from forumapp.web.public.own import changes as own_changes
from forumapp.web.public.own import consents, itinerary, papers, plus_ones, sessions, transfer
from forumapp.web.public.registration import email_confirmation, invitations, names
from forumapp.web.public.speaker_page import agenda as speaker_page_agenda
from forumapp.web.public.speaker_page import name_checks, page
from forumapp.web.public.speaker_page import names as speaker_page_names
from forumapp.web.wording import name_check_rows

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Add the public and the organizer's pages to `app`."""
    frame.set_up(app)
    status.set_up(app)
    name_check_rows.set_up(app)
    cached_answers.set_up(app)
    wording.set_up(app)
    search_engines.set_up(app)
    link_previews.set_up(app)
    guests = (
        new_group,
        email_confirmation,
        invitations,
        allotment,
        captain,
        station,
        override,
        offline,
        group,
        own_changes,
        consents,
        transfer,
        itinerary,
        papers,
        plus_ones,
        sessions,
        speaker_page_agenda,
        speaker_page_names,
    )
    agendas = (pages, changes, feeds, picked_sessions, screen, speakers, page)
    modules = (
        home,
        search_engines,
        link_previews,
        *agendas,
        names,
        content_pages,
        images,
        name_checks,
        unsubscribe,
        *guests,
    )
    for blueprint in dict.fromkeys(module.blueprint for module in modules):
        app.register_blueprint(blueprint)
    organizer.register(app)

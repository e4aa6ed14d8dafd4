"""The pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.web import frame, organizer, proofed, status
from forumapp.web.public import (
    agenda,
    captain,
    changes,
    checkin,
    checkin_offline,
    contents,
    email_confirmation,
    feeds,
    forcing,
    front,
    grouping,
    groups,
    held,
    home,
    images,
    invited,
    link_previews,
    names,
    own_changes,
    own_consents,
    own_handing,
    own_itinerary,
    own_papers,
    own_plus_ones,
    own_sessions,
    picks,
    proofs,
    screen,
    search_engines,
    speakers,
    speaking,
    speaking_agenda,
    speaking_names,
    unsubscribing,
    wording,
)

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Add the public and the organizer's pages to `app`."""
    frame.set_up(app)
    status.set_up(app)
    proofed.set_up(app)
    front.set_up(app)
    wording.set_up(app)
    search_engines.set_up(app)
    link_previews.set_up(app)
    guests = (
        grouping,
        email_confirmation,
        invited,
        held,
        captain,
        checkin,
        forcing,
        checkin_offline,
        groups,
        own_changes,
        own_consents,
        own_handing,
        own_itinerary,
        own_papers,
        own_plus_ones,
        own_sessions,
        speaking_agenda,
        speaking_names,
    )
    agendas = (agenda, changes, feeds, picks, screen, speakers, speaking)
    modules = (home, search_engines, link_previews, *agendas, names, contents, images, proofs, unsubscribing, *guests)
    for blueprint in dict.fromkeys(module.blueprint for module in modules):
        app.register_blueprint(blueprint)
    organizer.register(app)

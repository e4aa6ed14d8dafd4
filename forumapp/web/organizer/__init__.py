"""The organizer's pages, all under /organizer/. Everything but signing in needs an account."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from forumapp.domain.people.services import name_of
from forumapp.web import labels
from forumapp.web.colors import set_up as set_up_colors
from forumapp.web.organizer import (
    again,
    countdown,
    guard,
    import_words,
    log,
    log_words,
    needs,
    paper,
    shown,
    sign_in,
)
from forumapp.web.organizer.overview import steps_left

if TYPE_CHECKING:
    from flask import Flask

PAGES = (
    "colors",
    "editions",
    "series",
    "overview",
    "registration",
    "registration_export",
    "registration_columns",
    "registration_figures",
    "registration_bulk",
    "new_registration",
    "walking_in",
    "accrediting",
    "invitations",
    "answering",
    "signing_up",
    "substituting",
    "plus_ones",
    "blocks",
    "group_making",
    "groups",
    "registration_types",
    "registration_forms",
    "edition_places",
    "finding_severities",
    "mail",
    "letters",
    "mailings",
    "reminders",
    "sharing",
    "agenda",
    "agenda_files",
    "agenda_list",
    "agenda_parts",
    "publishing",
    "planning",
    "session_channels",
    "speech_orders",
    "speakers",
    "timetable",
    "running",
    "delegations",
    "delegation_forms",
    "readiness",
    "working_papers",
    "itineraries",
    "itinerary_days",
    "delegation_groups",
    "group_places",
    "workspace",
    "hotel_rooms",
    "room_stays",
    "itinerary_places",
    "vehicles",
    "coach_runs",
    "checkpoints",
    "roll_call",
    "rosters",
    "clashes",
    "itinerary_changes",
    "precedence",
    "seating",
    "seating_paper",
    "proofs",
    "proof_corrections",
    "people",
    "organizations",
    "suggestions",
    "posts",
    "registry_removing",
    "title_pairs",
    "doubles",
    "gone",
    "imports",
    "paper",
    "calibration",
    "outdated",
    "previews",
    "running_previews",
    "badge_designs",
    "badge_stocks",
    "formal_letters",
    "letter_forms",
    "print_log",
    "settings",
    "cloning",
    "hosts",
    "sponsor_levels",
    "venues",
    "consents",
    "contents",
    "calendar",
    "images",
    "removed",
    "log",
    "access",
    "tokens",
    "retention",
    "own_log",
    "own_password",
    "account",
    "two_factor",
)


def register(app: Flask) -> None:
    labels.set_up(app)
    set_up_colors(app)
    app.jinja_env.globals.update(
        answer_words=shown.answer_words,
        based_on=again.based_on,
        may=guard.may,
        may_change=guard.may_change,
        may_read=paper.may_read,
        past_url=log.past_url,
        steps_left=steps_left,
    )
    app.jinja_env.filters.update(
        full_name=shown.full_name,
        name_of=name_of,
        title=shown.title,
        narrowed_words=needs.narrowed_words,
        task_count=countdown.task_count,
        record_kind=log_words.record_words,
        print_options=shown.print_options,
        print_finding=shown.kept_print_need,
        print_button=shown.print_button,
        row_fault=import_words.row_fault,
        alike_reason=import_words.alike_reason,
        import_stopped=import_words.stopped,
        import_field=import_words.field_words,
        session_field=import_words.session_field,
        session_fault=import_words.session_fault,
        session_said=import_words.session_said,
        session_place=import_words.session_place,
    )
    sign_in.set_up(app)
    for page in PAGES:  # each adds its views to the blueprint when it is imported
        import_module(f"forumapp.web.organizer.{page}")
    app.register_blueprint(guard.blueprint)
    guard.refuse_unmarked(app)

"""The organizer's pages, all under /organizer/. Everything but signing in needs an account."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from forumapp.domain.people.records.services import name_of
from forumapp.web.forms.colors import set_up as set_up_colors
from forumapp.web.organizer.account import sign_in
from forumapp.web.organizer.history import log, log_words
from forumapp.web.organizer.imports import words
from forumapp.web.organizer.kit import countdown, display, guard, versioned_actions
from forumapp.web.organizer.onsite import rehearsals, vip_alerts
from forumapp.web.organizer.printing import overrides, papers
from forumapp.web.organizer.settings import attention
from forumapp.web.organizer.settings.overview import steps_left
from forumapp.web.wording import labels

if TYPE_CHECKING:
    from flask import Flask

PAGES = (
    "kit.colors",
    "settings.editions",
    "settings.series",
    "settings.overview",
    "registrations.registrations",
    "registrations.export",
    "registrations.columns",
    "registrations.statistics",
    "registrations.bulk_actions",
    "registrations.new_registration",
    "onsite.walk_ins",
    "registrations.accreditation",
    "registration_types.invitations",
    "registrations.answers",
    "registrations.session_signup",
    "registrations.substitution",
    "registrations.plus_ones",
    "registration_types.allotments",
    "registrations.new_group",
    "registrations.groups",
    "registration_types.types",
    "registration_types.form_builder",
    "registration_types.edition_capacity",
    "program.finding_severities",
    "email.outbox",
    "email.email_texts",
    "email.mailings",
    "email.reminders",
    "registrations.messages_to_share",
    "program.session_form",
    "program.agenda_files",
    "program.session_list",
    "program.session_parts",
    "program.publishing",
    "program.scheduled_publishing",
    "program.session_channels",
    "program.speech_orders",
    "program.speakers",
    "program.timetable",
    "program.run_of_show",
    "printing.running_papers",
    "delegations.delegations",
    "onsite.desk",
    "onsite.desk_arrivals",
    "onsite.desk_station",
    "onsite.desk_printing",
    "delegations.delegation_form",
    "delegations.readiness",
    "delegations.working_papers",
    "itineraries.itineraries",
    "itineraries.bulk_edits",
    "itineraries.groups",
    "itineraries.partition",
    "delegations.workspace",
    "itineraries.hotel_rooms",
    "itineraries.room_stays",
    "itineraries.places",
    "delegations.vehicles",
    "delegations.coach_runs",
    "onsite.checkpoints",
    "onsite.rehearsals",
    "onsite.live",
    "onsite.attendance",
    "onsite.vip_alerts",
    "delegations.roll_call",
    "delegations.rosters",
    "delegations.conflicts",
    "delegations.notifications",
    "people.precedence",
    "people.seating",
    "printing.seating_plans",
    "people.name_checks",
    "people.name_check_corrections",
    "people.people",
    "people.organizations",
    "kit.suggestions",
    "people.posts",
    "people.removal",
    "people.erasure",
    "people.title_pairs",
    "people.duplicates",
    "kit.removed_records",
    "imports.imports",
    "printing.papers",
    "printing.overrides",
    "badges.calibration",
    "printing.stale_papers",
    "printing.previews",
    "printing.running_previews",
    "badges.designs",
    "badges.stocks",
    "printing.formal_letters",
    "printing.letter_forms",
    "printing.print_log",
    "settings.settings",
    "settings.cloning",
    "settings.hosts",
    "settings.sponsor_levels",
    "settings.venues",
    "registration_types.consents",
    "settings.content_pages",
    "settings.task_calendar",
    "kit.images",
    "kit.removals",
    "history.log",
    "settings.team",
    "account.tokens",
    "settings.retention",
    "account.own_log",
    "account.own_password",
    "account.account",
    "account.two_factor",
)


def register(app: Flask) -> None:
    labels.set_up(app)
    set_up_colors(app)
    app.jinja_env.globals.update(
        answer_words=display.answer_words,
        based_on=versioned_actions.based_on,
        may=guard.may,
        may_change=guard.may_change,
        may_read=papers.may_read,
        past_url=log.past_url,
        rehearsal_now=rehearsals.rehearsal_now,
        steps_left=steps_left,
        still_stopped=overrides.stopped_of,
        vip_alerts_now=vip_alerts.vip_alerts_now,
    )
    app.jinja_env.filters.update(
        full_name=display.full_name,
        name_of=name_of,
        title=display.title,
        narrowed_words=attention.narrowed_words,
        task_count=countdown.task_count,
        record_kind=log_words.record_words,
        print_options=display.print_options,
        print_finding=display.kept_print_need,
        print_button=display.print_button,
        why_failed=overrides.why_failed,
        row_fault=words.row_fault,
        review_words=words.review_words,
        alike_reason=words.alike_reason,
        import_ended=words.ended,
        import_stopped=words.stopped,
        import_field=words.field_words,
        agenda_format=words.agenda_format,
        session_field=words.session_field,
        session_fault=words.session_fault,
        session_value=words.session_value,
        session_place=words.session_place,
    )
    sign_in.set_up(app)
    for page in PAGES:  # each adds its views to the blueprint when it is imported
        import_module(f"forumapp.web.organizer.{page}")
    app.register_blueprint(guard.blueprint)
    guard.refuse_unmarked(app)

"""Every service that changes something asks who may, whatever page or operation has asked before it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import TYPE_CHECKING, Any

import pytest

from forumapp import domain
from forumapp.core.database.transactions import transaction
from forumapp.core.errors import Forbidden, NotFound
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.audit.services import Actor, Via
from tests.access.services import calls, named
from tests.access.world import NOBODY, OTHER_LIAISON, fingerprint, undone
from tests.web.organizer.house import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.access.parties import Party
    from tests.access.world import World

    Service = Callable[..., Any]


# Those that ask nobody, and why.
UNASKED = {
    "accounts.access": "asks, and changes nothing",
    "accounts.editing.rows": "asks for the permission that it is given; each service above it stands below",
    "accounts.editing.ordering": "asks for the permission that it is given; each service above it stands below",
    "accounts.sign_in.sign_ins": "one's own account, which who asks is known by",
    "accounts.sign_in.two_factor": "one's own account",
    "accounts.team.accounts.change_profile": "one's own account",
    "accounts.team.accounts.change_password": "one's own account",
    "accounts.team.accounts.renew_hash": "at the sign-in, for whoever has proven the password",
    "accounts.team.accounts.create_account": "for invitations and the console, which have asked",
    "accounts.team.accounts.let_create_editions": "for the console alone",
    "accounts.team.accounts.set_active": "for the console alone",
    "accounts.tokens.services.create_token": "for the console, and for create_own_token",
    "accounts.tokens.services.revoke_all_own": "one's own account",
    "accounts.team.roles.grant_role": "for the console, and for whoever creates an edition",
    "forums.calendar.tasks.copy_calendar": "for whoever was let to make an edition from another",
    "forums.calendar.tasks.write_calendar": "for whoever was let to make the edition",
    "mail.outbox.send_again": "for accounts.mailing, which asks: mail knows of no accounts",
    "importing.runs.batches.take_planned": "for the worker and the console, which have asked",
    "importing.runs.kinds.take_sessions": "for confirm, the worker and the console, which have asked",
    "importing.registrations.plan": "each row goes through the services that ask",
    "importing.registrations.rosters.add": "each row goes through the services that ask",
    "people.imports.completion": "each record goes through the services that ask",
    "people.imports.services": "each row goes through the services that ask",
    "images.services": "keeps and forgets pictures for the services that show them, which have asked",
    "audit": "writes what services have asked for",
    "delegations.members.leaving.cancel_own_registration": "by a signed link",
    "delegations.members.leaving.hand_over_registration": "by a signed link",
    "delegations.members.leaving.withdraw_from_block": "by a signed link",
    "delegations.members.services.refuse_unseen": "for the services that name an organization, which have asked",
    "delegations.members.services.come_back": "by whoever may bring a member back, or give a place back",
    "delegations.members.services.let_go": "for whoever was let to remove the member or the registration",
    "proofs.answering": "by a signed link",
    "agenda.speaker_pages.self_service": "by a signed link",
    "proofs.of_speakers": "by a signed link",
    "agenda.speakers.services.seen_speaker": "for the services of speakers, which stand below",
    "registration.uploads.replaced_files.keep_former_files": "for whoever was let to change the answers",
    "registration.uploads.replaced_files.put_back_file": "for whoever was let to change the answers",
    "people.precedence.lists.end_approval": "for whoever was let to change the order",
    "people.archive.replaced_photos.change_photo": "for people.services.update_person, which has asked",
    "people.archive.replaced_photos.forget_former_photos": "what must go by its retention",
    "retention.erasure.services.may_erase": "answers whether its caller may",
    "people.records.offices": "for registration.own, where a signed link has let the person in",
    "importing.registrations.flights.join_flights": "for an import, and asks which flights its sender may change",
    "people.records.services.settle_proposed_name": "for confirm_latin_name, which has asked, and for an office by its link",
    "people.records.services.rename": "for registration.own, where a signed link has let the person in",
    "registration.personal_links.allotment_holder": "by a signed link",
    "registration.groups.services.register_group": "open to the public",
    "registration.groups.services.add_to_group": "by a signed link",
    "registration.groups.emails.resend": "for groups.send_group_link, which asks",
    "registration.personal_links.invitation_replies": "by a signed link",
    "registration.personal_links.api_links": "by a signed link",
    "people.duplicates.references": "for merging, which has asked of every edition whose rows change (people.reaching)",
    "people.index.registrants": "for registering, which is open to the public",
    "mail.suppressing.unsubscribe": "by a signed link",
    "mail.suppressing.come_back": "by a signed link",
    "registration.lifecycle.decisions.cancel_own": "by a signed link",
    "registration.lifecycle.decisions.accept_offer": "by a signed link",
    "registration.lifecycle.self_service": "by a signed link",
    "registration.personal_links.email_confirmation": "by a signed link, or open to the public",
    "registration.waitlist.unconfirmed": "by a link that was checked, or for services that asked: confirming, importing",
    "registration.session_signup.self_service": "by a signed link",
    "registration.capacity.sessions": "for whoever was let to choose, or to end the registration",
    "registration.lifecycle.substitution.hand_over": "by a signed link",
    "registration.groups.plus_ones.bring_along": "by a signed link",
    "registration.waitlist.cancellation": "for whoever was let to end the registration",
    "registration.lifecycle.decisions.replace_answers": "for whoever was let to change the answers",
    "registration.lifecycle.consent.give_own_consent": "by a signed link",
    "registration.lifecycle.consent.withdraw_own_consent": "by a signed link",
    "registration.waitlist.promotion.move_up_all": "for whoever was let to free the places",
    "registration.waitlist.promotion.end_offers": "what was offered for a time ends by itself",
    "delegations.members.leaving.end_offers": "likewise",
    "delegations.itineraries.dependent_transfers.change_and_move": "makes a change that asks, and moves by move_dependents, which asks",
    "delegations.itineraries.dependent_transfers.move_where_allowed": "moves by move_dependents, which asks",
    "delegations.groups.audiences.keep_audience": "for whoever was let to change the item",
    "delegations.groups.audiences.pass_items_on": "for merging, of the registration that gives way",
    "delegations.groups.members.leave_groups": "for whoever was let to end the membership",
    "delegations.groups.members.lead_again": "for whoever was let to bring the membership back",
    "delegations.coaches.boardings.lead_runs_again": "for whoever was let to bring the membership back",
    "delegations.groups.members.pass_groups_on": "for merging, of the registration that gives way",
    "delegations.hotel.stays.leave_rooms": "for whoever was let to end the membership",
    "delegations.hotel.stays.pass_rooms_on": "for merging, of the registration that gives way",
    "delegations.coaches.boardings.leave_runs": "for whoever was let to end the membership",
    "delegations.coaches.boardings.pass_runs_on": "for merging, of the registration that gives way",
    "delegations.coaches.boardings.pass_open_seats_on": "for delegations.substitution",
    "delegations.members.substitution.take_over": "for delegations.leaving and the desk, which have asked",
    "delegations.members.substitution.give_back": "for delegations.leaving, which has asked",
    "delegations.coaches.boardings.mark": "for the services that hold the run, which have asked",
    "delegations.coaches.runs.depart": "likewise",
    "checkin.rehearsal.badge_on_demand.keep_badge": "of a badge that was made for whoever was asked; what keeps it asks again",
    "printing.jobs.overrides.note_despite": "tells the log of a print whose service asked",
    "printing.jobs.plan_log.keep_plans": "of plans that were drawn for whoever was asked; what keeps them asks again",
    "checkin.scanning.coach_boarding.leave_seat": "for the desk, which has asked for whoever it is",
    "checkin.scanning.coach_boarding.board": "for scanning, by a device that has signed in or an organizer who was asked",
    "checkin.scanning.judgement.scan": "by a device that has signed in or an organizer who was asked (checkin.stations)",
    "checkin.scanning.batches.receive": "likewise",
    "checkin.scanning.batches.code_for": "for an organizer at the desk who was asked (checkin.stations)",
    "checkin.setup.devices.pair": "by a code that was shown once",
    "checkin.setup.devices.sign_out": "by the device itself, which has signed in",
    "delegations.coaches.captain.mark_as_captain": "by a signed link",
    "delegations.coaches.captain.close_as_captain": "by a signed link",
    "delegations.coaches.runs.seat": "for the services that hold the run, which have asked",
    "delegations.members.bulk_actions.ask_each": "for closing check-in, which asks as well; each of them asks again",
    "delegations.members.bulk_actions.ask": "of those whom the caller may change; each of them asks again",
    "registration.lifecycle.register.register": "open to the public",
    "registration.groups.plus_ones.register_with": "open to the public",
}
# Of whom it is asked what they may read; they change nothing.
READING = {
    "checkin.setup.stations.station_of_organizer",
    "checkin.setup.stations.station_for",
    "checkin.scanning.vip_alerts.get_alert",
    "checkin.rehearsal.badge_on_demand.badge_asked",
    "checkin.rehearsal.badges.read_rehearsed",
    "checkin.rehearsal.badges.rehearse_badges",
    "checkin.attendance.report.attendees_page",
    "checkin.attendance.report.turnout",
    "checkin.attendance.report.in_sum",
    "checkin.attendance.closure.closing",
    "checkin.offline.reconciliation.conflicts_page",
    "registration.lists.columns.keep_columns",
    "publishing.recipients.get_recipient",
    "publishing.recipients.list_recipients",
    "delegations.coaches.runs.held",
    "delegations.members.bulk_actions.count",
    "delegations.notifications.queries.list_to_tell",
    "delegations.members.substitution.list_possessions",
    "delegations.members.bulk_actions.get_run",
    "delegations.members.bulk_actions.report",
    "registration.spreadsheets.export.take_out",
    "accounts.editing.removals.get_removal",
    "accounts.tokens.queries.tokens_page",
    "registration.types.form_editor.list_sources",
    "registration.lifecycle.decisions.require_authorizer",
    "people.duplicates.queries.doubles_of",
    "people.duplicates.queries.doubles_page",
    "delegations.members.merging.registered_twice",
    "delegations.members.services.refuse_unseen",
    "people.duplicates.merging.plan_merge",
    "people.duplicates.merging.require_merging",
    "people.duplicates.permissions.extent_of",
    "people.records.services.refuse_unseen_organization",
    "people.search.suggestions.find_suggested_organization",
    "people.search.suggestions.find_suggested_person",
    "people.search.suggestions.suggest_organizations",
    "people.search.suggestions.suggest_people",
    "people.search.suggestions.suggest_same",
    "checkin.desk.walk_ins.list_likely",
    "people.records.titles.suggest_titles",
    "importing.comparisons.sides",
    "importing.queries.rosters_page",
    "importing.queries.runs_page",
    "importing.registrations.rosters.delegation_of",
    "importing.registrations.rosters.first_settings",
    "importing.registrations.rosters.plan",
    "importing.runs.services.get_run",
    "importing.runs.batches.plan_between",
    "importing.runs.services.open_draft",
    "importing.runs.services.plan",
    "importing.runs.services.plan_of_agenda",
    "importing.runs.services.plan_rows",
    "importing.runs.services.read_place",
    "importing.runs.services.read_upload",
    "importing.runs.services.require_kind",
    "importing.runs.services.require_run",
    "importing.runs.services.sample",
    "printing.previews.design_trials.print_trial",
    "printing.previews.design_trials.try_design",
    "printing.jobs.print_log.take_out_pieces",
    "printing.previews.previews.preview_page",
    "printing.previews.first_pages.preview_print",
    "printing.checks.preflight.preflight_for",
    "printing.jobs.services.as_allowed",
    "printing.jobs.services.require_paper",
    "printing.jobs.services.require_readable",
}


def found() -> set[str]:
    """Every public function of the domains that takes an actor."""
    names = set()
    for module in pkgutil.walk_packages(domain.__path__, "forumapp.domain."):
        for name, function in vars(importlib.import_module(module.name)).items():
            own = inspect.isfunction(function) and function.__module__ == module.name and not name.startswith("_")
            if own and "actor" in inspect.signature(function).parameters:
                names.add(named(function))
    return names


def test_a_version_is_never_left_out() -> None:
    """Whoever changes what they have seen says in which version, through whatever they do it."""
    loose = [
        named(function)
        for module in pkgutil.walk_packages(domain.__path__, "forumapp.domain.")
        for function in vars(importlib.import_module(module.name)).values()
        if inspect.isfunction(function) and "version" in (of := inspect.signature(function).parameters)
        and (of["version"].default is not inspect.Parameter.empty or "None" in str(of["version"].annotation))
    ]  # fmt: skip
    assert loose == []


def is_unasked(name: str) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in UNASKED)


def test_the_table_names_every_service_that_takes_an_actor(world: World) -> None:
    with transaction() as db:
        asked = {named(service) for service in calls(db, world, world.jiangsu)}

    assert {name for name in found() if not is_unasked(name)} - READING == asked
    assert [one for one in UNASKED if not any(name == one or name.startswith(f"{one}.") for name in found())] == []


def let(world: World, name: str, party: Party) -> list[str]:
    """The services that do not refuse this caller for who they are."""
    actor = Actor(world.callers[name].account_id, Via.PAGE)
    with transaction() as db:
        services = list(calls(db, world, party))
    through = []
    for service in services:
        try:
            with undone(), transaction() as db:
                arguments, options = calls(db, world, party)[service]
                service(db, *arguments, **options, actor=actor, now=NOW)
        except (Forbidden, NotFound):
            continue
        except Exception as error:  # noqa: BLE001 (whatever else it says, it has not refused)
            through.append(f"{named(service)}: {error!r}")
        else:
            through.append(named(service))
    return through


@pytest.mark.one_database
@pytest.mark.parametrize("name", [NOBODY, Role.VIEWER, OTHER_LIAISON])
def test_a_service_refuses_who_may_not_and_changes_nothing(world: World, name: str) -> None:
    before = fingerprint()

    through = let(world, name, world.jiangsu)

    after = fingerprint()
    assert through == []
    assert [table for table in before if before[table] != after[table]] == []


def test_the_services_would_do_it_for_the_owner(world: World) -> None:
    with transaction() as db:
        services = [named(service) for service in calls(db, world, world.jiangsu)]

    through = {one.partition(":")[0] for one in let(world, Role.OWNER, world.jiangsu)}

    assert set(services) - through == set()

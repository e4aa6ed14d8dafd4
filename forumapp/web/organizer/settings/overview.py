"""The first page of an edition: its data, what needs attention, and progress."""

from __future__ import annotations

from flask import render_template

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.domain.accounts.access import contact_scope_of
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.queries import latest_version
from forumapp.domain.delegations.queries import delegations_page
from forumapp.domain.forums.calendar.queries import today_at
from forumapp.domain.forums.calendar.tasks import days_of
from forumapp.domain.forums.queries import list_hosts
from forumapp.domain.overview import queries
from forumapp.domain.overview.rules import next_step
from forumapp.domain.printing.queries import print_jobs_page
from forumapp.domain.registration.lists.queries import counts, edition_places
from forumapp.schemas.choices import RegistrationStatus
from forumapp.web.organizer.delegations.delegations import in_tree
from forumapp.web.organizer.kit.countdown import countdown
from forumapp.web.organizer.kit.guard import access, blueprint, edition, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.printing.papers import SHORT_LIST
from forumapp.web.organizer.settings.attention import by_section, step_line

ALL = 200
# The states with a column in the table of types.
COLUMNS = (RegistrationStatus.CONFIRMED, RegistrationStatus.WAITLISTED, RegistrationStatus.APPLIED)


def steps_left() -> list[tuple[str, str]]:
    """For templates: words and address of each first step that is still to be taken."""
    steps = queries.steps_of(reading(), edition(), access(), now=clock.now())
    return [step_line(step, edition().status) for step in steps if not step.done]


@blueprint.get("/<edition>/")
@needs(Permission.SEE_EDITION)
def overview() -> str:
    db, event, now = reading(), edition(), clock.now()
    summary = queries.overview(db, event, access(), contact_scope=contact_scope_of(db, actor=actor()), now=now)
    mine = delegations_page(db, event.id, within=within(Permission.SEE_DELEGATIONS), size=ALL).items
    return render_template(
        "organizer/overview.html",
        section="overview",
        countdown=countdown(days_of(event), today_at(event, now)),
        steps=[(step, *step_line(step, event.status)) for step in summary.steps],
        next_step=next_step(summary.steps),
        needs=by_section(summary.needs),
        hosts=list_hosts(db, event.id),
        counts=counts(db, event.id, within=within(Permission.SEE_REGISTRATIONS)),
        total=edition_places(db, event.id),
        columns=COLUMNS,
        delegations=in_tree(mine),
        latest=latest_version(db, event.id),
        jobs=print_jobs_page(db, event.id, within=within(Permission.PRINT), size=SHORT_LIST).items,
    )

"""Prints as the pages ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.people.records.services import update_person
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.models import PrintJob
from forumapp.domain.registration.models import Registration
from tests.web.organizer.house import BY, HOME, add_registration, rows

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House


PAPER = f"{HOME}/paper"
FINISHED = services.Finished("print/x.pdf", "0" * 64, 1, "weasyprint")


def jobs() -> list[PrintJob]:
    return rows(select(PrintJob).order_by(PrintJob.id))


def ask(browser: Browser, **values: str) -> int:
    """Start a print of badges as the button does; the job's id."""
    browser.send(f"{PAPER}/check?paper=badges", {"paper": "badges", **values}, to=f"{PAPER}/jobs")
    return jobs()[-1].id


def without_glyph(house: House, name: str) -> int:
    """The registration of somebody whose name no font has."""
    registration_id = add_registration(house, name)
    with transaction() as session:
        person = session.get_one(Registration, registration_id).person
        update_person(session, person.id, {"native_full": "安\U0003a000"}, version=person.version, **BY)
    return registration_id

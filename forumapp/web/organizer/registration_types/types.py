"""Registration types: the list, the capacity of each, and whether its form is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.printing.designs.queries import list_designs
from forumapp.domain.registration.lists import queries
from forumapp.domain.registration.rules import (
    DEFAULT_HOLD,
    LONGEST_HOLD,
    LONGEST_OFFER,
    MOST_PLUS_ONES,
    SHORTEST_HOLD,
    has_few_spots,
)
from forumapp.domain.registration.types import services
from forumapp.schemas.choices import Area
from forumapp.web.forms.colors import Color
from forumapp.web.forms.fields import Count, Field, Flag, Number, Pick, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.ordering import Arrangement, order_refused, place_on_page
from forumapp.web.forms.repeated_fields import Several
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed
from forumapp.web.wording import labels
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.registration.models import RegistrationType

SECTION = "types"


def badge_designs() -> list[tuple[str, Any]]:
    return [(str(line.row.id), pick(line.row.name, language())) for line in list_designs(reading(), edition().id)]


@dataclass(frozen=True, kw_only=True)
class HoldMinutes(Number):
    """Left empty, the usual time."""

    def parse(self, raw: Mapping[str, Any]) -> int:
        return super().parse(raw) or DEFAULT_HOLD


FIELDS = (
    Texts(name="name", label=_l("Name"), help=_l("Printed on the badge."), required=True),
    Texts(name="description", label=_l("Description"), help=_l("Whom this type is for; shown on the form.")),
    Number(
        name="quota",
        label=_l("Places"),
        help=_l("Leave blank for no limit. When full, new registrants join the waitlist."),
    ),
    Number(
        name="offer_hours",
        least=1,
        most=LONGEST_OFFER,
        label=_l("Waitlist offer expires after (hours)"),
        help=_l("Leave blank to confirm the next person automatically."),
    ),
    Flag(name="is_open", label=_l("Accept registrations")),
    Flag(name="needs_approval", label=_l("An organizer decides on each request")),
    Flag(
        name="needs_email_confirmation",
        label=_l("Guests confirm their email address"),
        help=_l(
            "A registration counts once the guest confirms by the link we mail. Invited guests don't need to confirm."
        ),
    ),
    HoldMinutes(
        name="hold_minutes",
        least=SHORTEST_HOLD,
        most=LONGEST_HOLD,
        label=_l("Minutes to confirm the email address"),
        help=_l("The spot is held this long and then goes to the next person. 30 if left empty."),
    ),
    Flag(
        name="is_transferable",
        label=_l("Attendees may transfer their registration to another person"),
        help=_l("Not for media accreditation: the name of such a registration is changed by organizers alone."),
    ),
    Flag(
        name="is_media",
        label=_l("Accredits media"),
        help=_l(
            "The form asks for the outlet and the role, and an ID is to be seen. "
            "Such a registration cannot be transferred."
        ),
    ),
    Flag(
        name="by_invitation",
        label=_l("By invitation only"),
        help=_l("Each person registers by a link of their own. The form is then not open to others."),
    ),
    Count(
        name="plus_ones",
        most=MOST_PLUS_ONES,
        label=_l("Plus-ones"),
        help=_l("How many people each registrant may bring along. Each has a name, a badge and a place of their own."),
    ),
    Several(
        name="admits",
        label=_l("Admits to"),
        help=_l("Besides the sessions that are open to all."),
        offer=lambda: labels.options(Area),
    ),
    Color(
        name="color",
        label=_l("Color of the band on the badge"),
        help=_l("The words on it are white or black, whichever reads better."),
        required=True,
        as_band=True,
    ),
    Pick(
        name="badge_design_id",
        label=_l("Badge design"),
        help=_l("Designs are made under Paper."),
        offer=badge_designs,
        empty=_l("Default design"),
    ),
)
CODE = Field(name="code", label=_l("Short code"), help=_l("Such as guest or press. Made from the name if left empty."))


@blueprint.get("/<edition>/registrations/types")
@needs(Permission.SEE_EDITION)
def registration_types(arrangement: Arrangement | None = None) -> str:
    db = reading()
    counts = queries.counts(db, edition().id, within=within(Permission.SEE_REGISTRATIONS))
    rows = queries.list_types(db, edition().id)
    arrangement = arrangement or Arrangement.of(rows)
    return render_template(
        "organizer/registration/types.html",
        section=SECTION,
        rows=arrangement.sorted(rows),
        counts={count.code: count for count in counts.by_type},
        total=queries.edition_places(db, edition().id),
        arrangement=arrangement,
        theirs=[pick(row.name, language()) for row in arrangement.sorted_as_theirs(rows)],
    )


@blueprint.post("/<edition>/registrations/types/order")
@needs(Permission.EDIT_EDITION)
def order_registration_types() -> ResponseReturnValue:
    def change(db: DbSession, ids: list[int], version: int) -> None:
        services.order_types(db, edition().id, ids, version=version, actor=actor(), now=clock.now())

    if refused := order_refused(change, lambda: queries.type_order(reading(), edition().id)):
        return registration_types(refused), 412
    return redirect(url_for("organizer.registration_types", _anchor=place_on_page()))


@blueprint.route("/<edition>/registrations/types/new", methods=["GET", "POST"])
@needs(Permission.EDIT_EDITION)
def new_registration_type() -> ResponseReturnValue:
    fields = (CODE, *FIELDS)
    if request.method == "GET":
        return type_page(Form.empty(fields, color="#1f4e79", is_transferable=True, hold_minutes=DEFAULT_HOLD), None)
    form = Form.sent(fields, request.form)

    def create(db: DbSession) -> None:
        services.create_type(db, edition().id, form.values, actor=actor(), now=clock.now())

    if not saved(form, create):
        return type_page(form, None), 422
    flash(_("The registration type has been added."), "ok")
    return redirect(url_for("organizer.registration_types"))


@blueprint.route("/<edition>/registrations/types/<code>", methods=["GET", "POST"])
@needs(Permission.SEE_EDITION, to_change=Permission.EDIT_EDITION)
def registration_type(code: str) -> ResponseReturnValue:
    row = queries.get_type(reading(), edition().id, code)
    if request.method == "GET":
        return type_page(Form.of(FIELDS, row), row)
    form = Form.sent(FIELDS, request.form, row)
    type_id = row.id

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        services.update_type(db, edition().id, type_id, form.values, **by)

    def current() -> RegistrationType:
        return queries.get_type(reading(), edition().id, code)

    if not saved(form, change, current):
        return type_page(form, current()), form.status
    flash(_("The registration type has been saved."), "ok")
    return redirect(url_for("organizer.registration_types"))


@blueprint.post("/<edition>/registrations/types/<code>/remove")
@needs(Permission.EDIT_EDITION)
def remove_registration_type(code: str) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        row = queries.get_type(db, edition().id, code)
        return services.remove_type(db, edition().id, row.id, version=version or 0, actor=actor(), now=now)

    words, kept = _("The registration type has been removed."), url_for("organizer.registration_type", code=code)
    return removed(remove, words, url_for("organizer.registration_types"), kept=kept)


def type_page(form: Form, row: RegistrationType | None) -> str:
    return render_template(
        "organizer/registration/type.html",
        section=SECTION,
        form=form,
        row=row,
        recommends_confirmation=row is not None
        and not row.by_invitation
        and not row.needs_email_confirmation
        and has_few_spots(row.quota),
        history=past("registration_type", row.id) if row else [],
    )

"""Registering someone by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.registration.errors import AlreadyRegistered, NoPlacesLeft
from forumapp.domain.registration.lifecycle.manual_entry import enter_by_hand
from forumapp.domain.registration.lists.queries import list_types
from forumapp.domain.registration.types.allotments import blocks_page
from forumapp.schemas.choices import NameOrder
from forumapp.schemas.fields import MAIL_ADDRESS, NAME
from forumapp.web.forms.fields import Choice, Email, Field, Pick, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.kit.guard import blueprint, edition, may, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.suggestions import organization_box
from forumapp.web.organizer.people.posts import TITLE, affiliation_values
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.models import Registration

SECTION = "registration"
ALL = 200


def types_offered() -> list[tuple[str, str]]:
    return [(str(row.id), pick(row.name, language())) for row in list_types(reading(), edition().id)]


PERSON = (
    Pick(name="type_id", label=_l("Registration type"), offer=types_offered, required=True),
    Field(
        name="latin_family",
        label=_l("Family name"),
        help=_l("In Latin letters, exactly as the person writes it."),
        longest=NAME,
        required=True,
    ),
    Field(name="latin_given", label=_l("Given name"), longest=NAME),
    Choice(
        name="name_order",
        label=_l("Order of the Latin name"),
        kind=NameOrder,
        empty=_l("Family name first if the name below is Chinese"),
    ),
    Field(
        name="native_full",
        label=_l("Name in its own script"),
        help=_l("Never made from the Latin name. Leave it empty until someone who knows has told it."),
        longest=NAME,
    ),
)
EMAIL = Email(name="email", label=_l("E-mail address"), longest=MAIL_ADDRESS)


def blocks_offered() -> list[tuple[str, str]]:
    """Those in which a place has no name yet."""
    rows = [block for block in blocks_page(reading(), edition().id, size=ALL).items if block.taken < block.quota]
    return [(str(row.id), _("%(block)s (%(type)s)", block=pick(row.name, language()),
             type=pick(row.type.name, language()))) for row in rows]  # fmt: skip


BLOCK = Pick(
    name="block_id",
    label=_l("Place"),
    offer=blocks_offered,
    empty=_l("A free one of the type"),
    help=_l("Or one that is set aside, of a block of this type."),
)
WRITTEN = Texts(
    name="organization", label=_l("Organization as written"), help=_l("Only if the registry does not have it.")
)


def place_fields() -> tuple[Field, ...]:
    """Return the field for the allotment, if there are any."""
    return (BLOCK,) if blocks_offered() or "block_id" in request.form else ()


def place_faults(refusal: NoPlacesLeft) -> dict[str, str]:
    return {"block_id": "block-full"} if refusal.details.get("of") == "block" else {"type_id": "no-places-left"}


def fields() -> tuple[Field, ...]:
    """Return the fields; the organization can be a new one for those who may edit the registry."""
    kind, *names = PERSON
    person = (kind, *place_fields(), *names, TITLE)
    if not may("edit-people", everywhere=True):
        return (*person, Texts(name="organization", label=_l("Organization")), EMAIL)
    office = organization_box("organization_id", _l("Organization"), adds=True, help=_l("Type any of its names."))
    return (*person, office, WRITTEN, EMAIL)


@blueprint.route("/<edition>/registrations/new", methods=["GET", "POST"])
@needs(Permission.DECIDE_REGISTRATIONS, everywhere=True)
def new_registration() -> ResponseReturnValue:
    if request.method == "GET":
        first = next((type_id for type_id, _name in types_offered()), "")
        return registration_form(Form.empty(fields(), type_id=first))
    form = Form.sent(fields(), request.form)
    made: list[Registration] = []

    def create(db: DbSession) -> None:
        made.append(enter(db, affiliation_values(db, dict(form.values))))

    try:
        if not saved(form, create):
            return registration_form(form), 422
    except NoPlacesLeft as refusal:
        form.faults |= place_faults(refusal)
        return registration_form(form), 422
    except AlreadyRegistered:
        form.faults[""] = "already-registered"
        return registration_form(form), 422
    flash(_("The person is registered and confirmed. No mail was sent."), "ok")
    return redirect(url_for("organizer.registration", registration_id=made[0].id))


def enter(db: DbSession, values: dict[str, Any]) -> Registration:
    named = ("title", "organization", "organization_id", "block_id")
    rest = {name: values.pop(name) for name in named if name in values}
    return enter_by_hand(
        db,
        edition().id,
        values.pop("type_id"),
        values,
        **rest,
        language=edition().languages[0],
        actor=actor(),
        now=clock.now(),
    )


def registration_form(form: Form) -> str:
    return render_template("organizer/registration/new.html", section=SECTION, form=form, types=types_offered())

"""Letting in who comes to the desk unannounced: the fewest questions, and a code at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.team.authorizers import list_authorizers
from forumapp.domain.registration.errors import AlreadyRegistered, NoPlacesLeft
from forumapp.domain.registration.lifecycle.manual_entry import walk_in
from forumapp.domain.registration.lists.queries import get_line, list_types
from forumapp.domain.registration.rules import Media
from forumapp.schemas.choices import MediaRole
from forumapp.schemas.fields import MAIL_ADDRESS, NAME
from forumapp.web.forms.fields import Choice, Email, Field, Flag, Pick
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.registrations.new_registration import SECTION, place_faults, place_fields, types_offered

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession


def media_types() -> list[str]:
    return [str(row.id) for row in list_types(reading(), edition().id) if row.is_media]


def for_media() -> str:
    return json.dumps([{"name": "type_id", "is": media_types()}])


def authorizers() -> list[tuple[str, str]]:
    return [(str(account_id), name) for account_id, name in list_authorizers(reading(), edition().id)]


ASKED = (
    Field(
        name="latin_family",
        label=_l("Family name"),
        help=_l("In Latin letters, exactly as the person writes it."),
        longest=NAME,
        required=True,
    ),
    Field(name="latin_given", label=_l("Given name"), longest=NAME),
    Field(name="native_full", label=_l("Name in its own script"), longest=NAME),
    Field(name="organization", label=_l("Organization"), help=_l("As their card says, in either language.")),
    Pick(name="type_id", label=_l("Registration type"), offer=types_offered, required=True),
    Email(name="email", label=_l("E-mail address"), help=_l("Not needed. No mail is sent now."), longest=MAIL_ADDRESS),
)
# Of media alone, in which role they come and whether someone looked at an ID.
MEDIA = (
    Choice(name="media_role", label=_l("Media role"), kind=MediaRole, empty="—", help=_l("Of media only."),
           when=for_media),
    Field(name="media_role_other", label=_l("Which role"), help=_l("Only for another role than these."),
          when=for_media),
    Flag(name="id_seen", label=_l("I have seen their ID"),
         help=_l("Of media only. Look at an identity document with a photo. Its number is written down nowhere."),
         when=for_media),
)  # fmt: skip
# Asked only when no spot is left.
OVER = (
    Flag(name="over_capacity", label=_l("Over capacity, in this name")),
    Pick(name="authorized_by", label=_l("Authorized by"), offer=authorizers, empty=_l("Myself")),
    Field(name="reason", label=_l("Reason"), help=_l("Needed over capacity. It is kept in the log.")),
)


@blueprint.route("/<edition>/registrations/walk-in", methods=["GET", "POST"])
@needs(Permission.DECIDE_REGISTRATIONS, everywhere=True)
def walk_in_registration() -> ResponseReturnValue:
    asked = (*ASKED, *place_fields(), *(MEDIA if media_types() else ()))
    if request.method == "GET":
        first = request.args.get("type") or next((type_id for type_id, _name in types_offered()), "")
        return walk_in_form(Form.empty(asked, type_id=first))
    form = Form.sent((*asked, *OVER) if "reason" in request.form else asked, request.form)
    made: list[int] = []
    try:
        if not saved(form, lambda db: made.append(let_in(db, dict(form.values)))):
            return walk_in_form(form), 422
    except NoPlacesLeft as refusal:
        form = Form.sent((*asked, *OVER), request.form)
        form.faults |= place_faults(refusal)
        return walk_in_form(form), 422
    except AlreadyRegistered:
        form.faults[""] = "already-registered"
        return walk_in_form(form), 422
    line = get_line(reading(), edition().id, made[0])
    flash(_("The person may go in. Their code is %(code)s.", code=line.short), "ok")
    return redirect(url_for("organizer.registration", registration_id=line.id))


def let_in(db: DbSession, values: dict[str, Any]) -> int:
    by: Any = {"actor": actor(), "now": clock.now()}
    rest = pop_place_values(values)
    return walk_in(db, edition().id, values.pop("type_id"), values, **rest, **by).id


def pop_place_values(values: dict[str, Any]) -> dict[str, Any]:
    """Remove the values about the spot from `values` and return them; those about the person remain."""
    named = ("organization", "block_id", "id_seen", "over_capacity", "authorized_by", "reason")
    rest = {name: values.pop(name) for name in named if name in values}
    rest["media"] = Media({}, values.pop("media_role", None), values.pop("media_role_other", ""))
    return {**rest, "language": edition().languages[0]}


def walk_in_form(form: Form) -> str:
    return render_template("organizer/registration/walk_in.html", section=SECTION, form=form, types=types_offered())

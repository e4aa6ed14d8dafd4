"""Media accreditation: for which outlet someone comes and in which role, and that an ID of theirs was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.registration.errors import NotMedia
from forumapp.domain.registration.lifecycle import accreditation as lifecycle_accreditation
from forumapp.domain.registration.lists.queries import get_line, get_registration
from forumapp.domain.registration.rules import Media
from forumapp.schemas.choices import MediaRole
from forumapp.web.forms.fields import Choice, Field, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.kit.guard import blueprint, edition, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.registrations.registrations import SECTION, TO_TAKE_BACK, decided, typed

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.models import Registration

PAGE = "/<edition>/registrations/<id:registration_id>"
ROLE = Choice(name="media_role", label=_l("Media role"), kind=MediaRole, empty=_l("Not known"))
ROLE_OTHER = Field(name="media_role_other", label=_l("Which role"), help=_l("Only for another role than these."))
FIELDS = (Texts(name="outlet", label=_l("Media outlet"), help=_l("It stands on the badge.")), ROLE, ROLE_OTHER)


@blueprint.route(f"{PAGE}/accreditation", methods=["GET", "POST"])
@needs(Permission.EDIT_REGISTRATIONS)
def accreditation(registration_id: int) -> ResponseReturnValue:
    def current() -> Registration:
        reach = within(Permission.EDIT_REGISTRATIONS)
        return get_registration(reading(), edition().id, registration_id, within=reach)

    if request.method == "GET":
        return accreditation_page(Form.of(FIELDS, current()), registration_id)
    form = Form.sent(FIELDS, request.form, current())

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        media = Media(form.values["outlet"], form.values["media_role"], form.values["media_role_other"])
        lifecycle_accreditation.change_accreditation(db, edition().id, registration_id, media, **by)

    try:
        if not saved(form, change, current):
            return accreditation_page(form, registration_id), form.status
    except NotMedia:
        flash(_("Their registration type does not accredit media."), "bad")
    else:
        flash(_("The accreditation has been saved."), "ok")
    return redirect(url_for("organizer.registration", registration_id=registration_id))


def accreditation_page(form: Form, registration_id: int) -> str:
    line = get_line(reading(), edition().id, registration_id)
    return render_template("organizer/registration/accreditation.html", section=SECTION, form=form, line=line)


@blueprint.post(f"{PAGE}/see-id")
@needs(Permission.CHECK_IN)
def note_id_seen(registration_id: int) -> ResponseReturnValue:
    def do(db: DbSession, **by: Any) -> None:
        lifecycle_accreditation.note_id_seen(db, edition().id, registration_id, **by)

    return decided(registration_id, do, _("I have seen their ID"), _("Noted: you have seen their ID."))


@blueprint.post(f"{PAGE}/take-back-id-seen")
@needs(Permission.CHECK_IN)
def take_back_id_seen(registration_id: int) -> ResponseReturnValue:
    def do(db: DbSession, **by: Any) -> None:
        get_registration(db, edition().id, registration_id, within=within(Permission.CHECK_IN))
        lifecycle_accreditation.take_back_id_seen(db, edition().id, registration_id, reason=typed(TO_TAKE_BACK), **by)

    return decided(registration_id, do, _("Take it back"), _("Their ID is to be seen again."))

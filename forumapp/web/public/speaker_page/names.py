"""How a speaker will be printed and introduced, on their own page: to approve, or to say what should be different.

What they send is a proposal, with photo and biography, until an organizer takes it over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, NotFound, Stale
from forumapp.core.serving.rate_limits import FORMS, is_local, limiter
from forumapp.domain.images.queries import get_image
from forumapp.domain.images.rules import Picture
from forumapp.domain.proofs import answering, of_speakers
from forumapp.domain.proofs.rules import BIOGRAPHY, TEXT_PARTS
from forumapp.web.forms.fields import Texts
from forumapp.web.forms.forms import Form
from forumapp.web.forms.pictures import PictureField, shown
from forumapp.web.public.registration.forms import UNPROCESSABLE
from forumapp.web.public.site import VISITOR, is_archived, render
from forumapp.web.public.speaker_page.name_checks import fields_for
from forumapp.web.public.speaker_page.page import blueprint, edition_of, read, speaker_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from forumapp.domain.agenda.speakers.models import Speaker
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.proofs.of_speakers import OwnPrint
    from forumapp.web.forms.fields import Field

STALE = 412


def own_fields(edition: Edition) -> tuple[Field, ...]:
    """Like a name check; here the speaker answers, and may add a photo and a biography."""
    *printed, remark, _by = fields_for(edition)
    texts: dict[str, Any] = {"languages": tuple(edition.languages), "multiline": True}
    biography = Texts(name=BIOGRAPHY, label=_l("Biography"), help=_l("For the program."), **texts)
    return (*printed, PictureField(name="photo", label=_l("Photo"), aspect=1.0), biography, remark)


@blueprint.get("/<token>/name")
def name(token: str) -> str:
    row = speaker_of(token)
    edition, own = edition_of(row), own_print_of(row)
    form = Form.empty(own_fields(edition))
    form.raw |= own.parts
    return show_name(token, edition, own, form)


@blueprint.post("/<token>/name")
@limiter.limit(FORMS, exempt_when=is_local)
def propose(token: str) -> ResponseReturnValue:
    row = speaker_of(token)
    edition = edition_of(row)
    g.edition = edition  # where a picture waits that was chosen in a form with a fault
    form = Form.sent(own_fields(edition), request.form)
    if form.faults:
        return show_name(token, edition, own_print_of(row), form), UNPROCESSABLE
    values = dict(form.values)
    remark, photo = values.pop("remark"), values.pop("photo", None)
    options: dict[str, Any] = {"remark": remark, "photo": photo if isinstance(photo, Picture) else None}
    options |= {"seen": request.form.get("seen", ""), "actor": VISITOR, "now": clock.now()}
    try:
        with transaction() as db:
            speaker_id, link_number = read(token)
            of_speakers.propose(db, speaker_id, link_number, parts_of(values, edition), **options)
    except Invalid as refusal:
        form.refuse(refusal)
        return show_name(token, edition, own_print_of(row), form), UNPROCESSABLE
    except Stale:
        form.keep_pictures()
        return show_name(token, edition, own_print_of(speaker_of(token)), form, changed=True), STALE
    except answering.TooManyCorrections:
        form.keep_pictures()
        return show_name(token, edition, own_print_of(row), form, too_many=True), 409
    flash(_("Thank you. The organizer looks at it; nothing is changed before that."), "ok")
    return redirect(url_for(".page", token=token, _anchor="name"), 303)


@blueprint.post("/<token>/name/approve")
@limiter.limit(FORMS, exempt_when=is_local)
def approve_name(token: str) -> ResponseReturnValue:
    seen = request.form.get("seen", "")
    try:
        with transaction() as db:
            of_speakers.approve_own(db, *read(token), seen=seen, actor=VISITOR, now=clock.now())
    except (Stale, answering.CorrectionWaits):
        flash(_("The organizer has changed this since you opened the page. Please look again."), "warn")
    else:
        flash(_("Thank you. You have approved how you will be printed."), "ok")
    return redirect(url_for(".page", token=token, _anchor="name"), 303)


@blueprint.get("/<token>/photo/<id:correction_id>")
def sent_photo(token: str, correction_id: int) -> Response:
    """The photo that they sent themselves."""
    own = own_print_of(speaker_of(token))
    photo_ids = [
        correction.photo_id for correction in own.corrections if correction.id == correction_id and correction.photo_id
    ]
    if not photo_ids:
        raise NotFound(entity="image")
    return shown(get_image(reading(), photo_ids[0]), public=False)


def own_print_of(row: Speaker) -> OwnPrint:
    return of_speakers.own_print(reading(), row)


def parts_of(values: dict[str, Any], edition: Edition) -> dict[str, str]:
    """The submitted values, by a correction's parts."""
    kinds = (*TEXT_PARTS, BIOGRAPHY)
    parts = {key: str(value) for key, value in values.items() if key not in kinds}
    return parts | {f"{kind}.{code}": values[kind].get(code, "") for kind in kinds for code in edition.languages}


def show_name(
    token: str, edition: Edition, own: OwnPrint, form: Form, *, changed: bool = False, too_many: bool = False
) -> str:
    return render(
        "public/speaking/name.html",
        edition,
        "speaking",
        token=token,
        own=own,
        form=form,
        changed=changed,
        too_many=too_many,
        may_answer=not is_archived(edition),
    )

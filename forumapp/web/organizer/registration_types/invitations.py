"""Invitations: the list with replies, inviting one or many, and sending the links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, Stale
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.letters.queries import own_wordings
from forumapp.domain.mail.outbox import list_messages_about
from forumapp.domain.registration.errors import InvitationEnded
from forumapp.domain.registration.invitations import emails as letters
from forumapp.domain.registration.invitations import queries, services
from forumapp.domain.registration.invitations.pasted_rows import read_people
from forumapp.domain.registration.lists.queries import list_types
from forumapp.domain.registration.rules import UNANSWERED
from forumapp.domain.registration.types.allotments import blocks_page
from forumapp.schemas.choices import InvitationState, NameOrder
from forumapp.schemas.fields import MAIL_ADDRESS, NAME
from forumapp.web.forms.faults import FAULTS
from forumapp.web.forms.fields import PARAGRAPHS, Choice, Day, Email, Field, Pick, PickCode
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.repeated_fields import Paragraphs
from forumapp.web.frame import Offer, tell
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.imports import words as imports_words
from forumapp.web.organizer.kit.guard import access, blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.versioned_actions import ask_again
from forumapp.web.wording import labels
from forumapp.web.wording.language import OWN_NAMES, language

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.config import Config
    from forumapp.core.tokens import Links
    from forumapp.domain.registration.invitations.queries import InvitationLine
    from forumapp.domain.registration.models import Invitation, PlaceBlock

SECTION = "registration"
NEEDS = Permission.DECIDE_REGISTRATIONS
ALL = 200
FILTERS = ("search", "state", "type")
PAGE = "/<edition>/invitations"
ONE = f"{PAGE}/<id:invitation_id>"


def types_offered() -> list[tuple[str, str]]:
    return [(str(row.id), pick(row.name, language())) for row in list_types(reading(), edition().id)]


def blocks_offered() -> list[PlaceBlock]:
    return blocks_page(reading(), edition().id, size=ALL).items


def languages() -> list[tuple[str, Any]]:
    return [(code, OWN_NAMES[code]) for code in edition().languages]


TYPE = Pick(name="type_id", label=_l("Registration type"), offer=types_offered, required=True, empty=None)
WHO: tuple[Field, ...] = (
    Field(name="latin_family", label=_l("Family name in Latin letters"), longest=NAME),
    Field(name="latin_given", label=_l("Given name in Latin letters"), longest=NAME),
    Choice(
        name="name_order",
        label=_l("Order of the Latin name"),
        kind=NameOrder,
        empty=_l("Family name first if the name below is Chinese"),
    ),
    Field(name="native_full", label=_l("Name in Chinese characters"), longest=NAME),
    Email(
        name="email",
        label=_l("E-mail address"),
        help=_l("Without one, hand the link over yourself."),
        longest=MAIL_ADDRESS,
    ),
)
HOW: tuple[Field, ...] = (
    PickCode(name="language", label=_l("Language of the mail"), offer=languages, empty=None, required=True),
    Paragraphs(
        name="greeting",
        label=_l("Words of your own"),
        help=_l("They stand first in the mail and on the page, as they are written here."),
        longest=PARAGRAPHS,
    ),
    Day(name="answer_by", label=_l("Last day to answer"), help=_l("Leave it empty if it is open until the forum.")),
)
BLOCK = Pick(
    name="block_id",
    label=_l("Which place"),
    offer=lambda: [(str(block.id), pick(block.name, language())) for block in blocks_offered()],
    empty=_l("Any that is free when they accept"),
    help=_l("A place that is set aside is theirs as soon as they accept."),
)
FIELDS = (TYPE, BLOCK, *WHO, *HOW)
PEOPLE = Paragraphs(
    name="people",
    label=_l("People"),
    help=_l(
        "Paste rows from a spreadsheet, with headings or without: family name and given name, name in Chinese"
        " characters, e-mail address; whichever you have, in any order."
    ),
    required=True,
    longest=200_000,
    rows=10,
)
MANY = (TYPE, BLOCK, PEOPLE, *HOW)


@blueprint.get(PAGE)
@needs(NEEDS)
def invitations() -> str:
    db, now = reading(), clock.now()
    kept = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    types = list_types(db, edition().id)
    page = queries.invitations_page(
        db,
        edition().id,
        now=now,
        state=kept["state"] if kept.get("state") in set(InvitationState) else None,
        type_code=kept["type"] if kept.get("type") in {row.code for row in types} else None,
        search=kept.get("search", ""),
        number=request.args.get("page", 1, whole_number),
    )
    return render_template(
        "organizer/invitations/list.html",
        section=SECTION,
        page=page,
        kept=kept,
        types=types,
        states_offered=labels.options(InvitationState),
        unsent=queries.count_unsent(db, edition().id, now=now),
        unanswered=queries.count_unanswered(db, edition().id, now=now),
        registered=queries.count_registered_as_invited(db, edition().id, access()),
    )


@blueprint.route(f"{PAGE}/new", methods=["GET", "POST"])
@needs(NEEDS)
def new_invitation() -> ResponseReturnValue:
    if request.method == "GET":
        return form_page(Form.empty(FIELDS, **defaults()), None)
    form = Form.sent(FIELDS, request.form)
    made: list[Invitation] = []

    def create(db: DbSession) -> None:
        made.append(services.create_invitation(db, edition().id, form.values, actor=actor(), now=clock.now()))

    if not saved(form, create):
        return form_page(form, None), 422
    flash(_("The invitation has been made. Nothing is sent yet."), "ok")
    return redirect(url_for("organizer.registration_invitation", invitation_id=made[0].id))


@blueprint.route(f"{PAGE}/several/new", methods=["GET", "POST"])
@needs(NEEDS)
def new_invitations() -> ResponseReturnValue:
    """Create many invitations from pasted rows: all of them, or none if one has a fault."""
    if request.method == "GET":
        asked = {name: request.args[name] for name in ("type_id", "block_id") if name in request.args}
        return many_page(Form.empty(MANY, **{**defaults(), **asked}))
    form = Form.sent(MANY, request.form)
    if form.faults:
        return many_page(form), 422
    pasted = read_people(form.values.pop("people"))
    if pasted.unreadable or pasted.faults:
        return many_page(form, pasted), 422
    made: list[Invitation] = []

    def create(db: DbSession) -> None:
        by: Any = {"actor": actor(), "now": clock.now()}
        made.extend(services.create_invitations(db, edition().id, pasted.people, form.values, **by))

    if not saved(form, create):
        return many_page(form), 422
    words = ngettext("%(num)s invitation has been made.", "%(num)s invitations have been made.", len(made))
    if there := len(pasted.people) - len(made):
        words += " " + ngettext("%(num)s person was invited already.", "%(num)s people were invited already.", there)
    flash(words, "ok")
    return redirect(url_for("organizer.invitations"))


@blueprint.get(ONE)
@needs(NEEDS)
def registration_invitation(invitation_id: int) -> str:
    db, invitation = reading(), own(invitation_id)
    link = link_to(invitation.row)
    worded = own_wordings(db, {(edition().id, letters.TEMPLATE)})
    base_url = current_app.extensions["forumapp.config"].base_url
    return render_template(
        "organizer/invitations/one.html",
        section=SECTION,
        one=invitation,
        row=invitation.row,
        waits=invitation.state in UNANSWERED,
        may_change_it=invitation.row.state in UNANSWERED,
        link=link,
        link_opens=letters.opens(edition(), now=clock.now()),
        message=letters.message(db, invitation.row, edition(), link, worded, base_url=base_url),
        messages=list_messages_about(db, letters.ABOUT, invitation_id),
        history=past("invitation", invitation_id),
    )


@blueprint.route(f"{ONE}/edit", methods=["GET", "POST"])
@needs(NEEDS)
def edit_invitation(invitation_id: int) -> ResponseReturnValue:
    row = own(invitation_id).row
    back = redirect(url_for("organizer.registration_invitation", invitation_id=invitation_id))
    if request.method == "GET":
        return form_page(Form.of(FIELDS, row), row)
    form = Form.sent(FIELDS, request.form, row)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        services.update_invitation(db, edition().id, invitation_id, form.values, **by)

    try:
        if not saved(form, change, lambda: own(invitation_id).row):
            return form_page(form, row), form.status
    except InvitationEnded:
        flash(ended_words(), "bad")
        return back
    flash(_("The invitation has been saved."), "ok")
    return back


@blueprint.post(f"{PAGE}/send")
@needs(NEEDS)
def send_unsent_invitations() -> ResponseReturnValue:
    return sent_to_many(services.send_unsent)


@blueprint.post(f"{PAGE}/remind")
@needs(NEEDS)
def remind_invited() -> ResponseReturnValue:
    return sent_to_many(services.remind_invited)


def sent_to_many(send: Callable[..., list[Invitation]]) -> ResponseReturnValue:
    try:
        with transaction() as db:
            number = len(send(db, edition().id, actor=actor(), now=clock.now()))
    except services.LinksAreOver:
        flash(over_words(), "bad")
    else:
        flash(ngettext("%(num)s mail is on its way.", "%(num)s mails are on their way.", number), "ok")
    return redirect(url_for("organizer.invitations"))


@blueprint.post(f"{ONE}/send")
@needs(NEEDS)
def send_invitation(invitation_id: int) -> ResponseReturnValue:
    return decided(invitation_id, services.send_invitation, _("Send it by mail"), _("The mail is on its way."))


@blueprint.post(f"{ONE}/sent")
@needs(NEEDS)
def note_invitation_sent(invitation_id: int) -> ResponseReturnValue:
    words = _("It is noted that the link was handed over.")
    return decided(invitation_id, services.note_invitation_sent, _("I have handed the link over"), words)


@blueprint.post(f"{ONE}/revoke")
@needs(NEEDS)
def revoke_invitation(invitation_id: int) -> ResponseReturnValue:
    words = _("The invitation is revoked. Its link opens no form any more.")
    undo = Offer(_("Undo"), url_for("organizer.restore_invitation", invitation_id=invitation_id))
    return decided(invitation_id, services.revoke_invitation, _("Revoke it"), words, undo=undo)


@blueprint.post(f"{ONE}/restore")
@needs(NEEDS)
def restore_invitation(invitation_id: int) -> ResponseReturnValue:
    """Undo a revocation. It takes no version, because it only applies to a revoked invitation."""

    def restore(db: DbSession, invitation: int, _id: int, **by: Any) -> None:
        by["version"] = own(invitation_id).row.version
        services.restore_invitation(db, invitation, invitation_id, **by)

    words = _("The invitation is good again, and so is its link.")
    return decided(invitation_id, restore, _("Undo the revocation"), words)


def own(invitation_id: int) -> InvitationLine:
    return queries.get_invitation(reading(), edition().id, invitation_id, now=clock.now())


def defaults() -> dict[str, Any]:
    return {"type_id": next((choice[0] for choice in types_offered()), ""), "language": edition().languages[0]}


def link_to(row: Invitation) -> str:
    """Return the current link, signed at each view so that no copy is stored."""
    links: Links = current_app.extensions["forumapp.links"]
    config: Config = current_app.extensions["forumapp.config"]
    return links.address(letters.link_of(row, edition()), config.base_url, now=clock.now())


def decided(
    invitation_id: int, decide: Callable[..., object], do: str, words: str, *, undo: Offer | None = None
) -> ResponseReturnValue:
    """Apply a decision to the version that was seen. `do` is the button to offer if someone else was faster."""
    back = url_for("organizer.registration_invitation", invitation_id=invitation_id)
    version = request.form.get("version", 0, whole_number)
    try:
        with transaction() as db:
            decide(db, edition().id, invitation_id, version=version, actor=actor(), now=clock.now())
    except Stale as refusal:
        return ask_again(refusal, do, back)
    except services.LinksAreOver:
        flash(over_words(), "bad")
    except InvitationEnded:
        flash(ended_words(), "bad")
    except Invalid as refusal:
        no_address = _("It has no mail address yet. Add one, or hand the link over yourself.")
        flash(FAULTS["block-full"] if "block_id" in refusal.fields else no_address, "bad")
    else:
        tell(words, "ok", do=undo)
    return redirect(back)


def ended_words() -> str:
    return str(_("The invitation is in another state by now. Look at it and decide again."))


def over_words() -> str:
    return str(_("The forum was too long ago: links to it no longer open."))


def form_page(form: Form, row: Invitation | None) -> str:
    return render_template("organizer/invitations/form.html", section=SECTION, form=form, row=row)


def many_page(form: Form, pasted: Any = None) -> str:
    unreadable = imports_words.unreadable(pasted.unreadable) if pasted and pasted.unreadable else ""
    return render_template(
        "organizer/invitations/several.html", section=SECTION, form=form, pasted=pasted, unreadable=unreadable
    )

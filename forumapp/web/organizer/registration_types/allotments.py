"""Allotments: the list with the spots assigned, the holder's link, and releasing unused spots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Stale
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.queries import delegations_page
from forumapp.domain.registration.errors import NoPlacesLeft
from forumapp.domain.registration.invitations.emails import opens
from forumapp.domain.registration.personal_links.allotment_holder import link_of, named_page
from forumapp.domain.registration.types import allotments
from forumapp.web.forms.fields import Field, Number, Pick, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, may, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.suggestions import organization_box
from forumapp.web.organizer.kit.versioned_actions import ask_again
from forumapp.web.organizer.registration_types.invitations import TYPE, types_offered
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.config import Config
    from forumapp.core.tokens import Links
    from forumapp.domain.registration.models import PlaceBlock

SECTION = "registration"
NEEDS = Permission.DECIDE_REGISTRATIONS
PAGE = "/<edition>/blocks"
ONE = f"{PAGE}/<id:block_id>"
ALL = 200

NAME = Texts(
    name="name", label=_l("Whose places they are"), help=_l("As its holder reads it, such as Bay Bank."), required=True
)
QUOTA = Number(
    name="quota",
    label=_l("Places"),
    help=_l("They are taken from the type at once. What nobody needs can be released."),
    required=True,
)
DELEGATION = Pick(
    name="delegation_id",
    label=_l("Delegation"),
    offer=lambda: [
        (str(row.id), pick(row.name, language())) for row in delegations_page(reading(), edition().id, size=ALL).items
    ],
)


def fields() -> tuple[Field, ...]:
    """Return the fields; the organization comes from the registry for those who may edit it."""
    if not may("edit-people", everywhere=True):
        return (NAME, QUOTA, DELEGATION)
    office = organization_box("organization_id", _l("Organization"), help=_l("Type any of its names."))
    return (NAME, QUOTA, office, DELEGATION)


@blueprint.get(PAGE)
@needs(NEEDS)
def place_blocks() -> str:
    search = request.args.get("search", "")
    number = request.args.get("page", 1, whole_number)
    page = allotments.blocks_page(reading(), edition().id, search=search, number=number)
    return render_template("organizer/blocks/list.html", section=SECTION, page=page, search=search)


@blueprint.route(f"{PAGE}/new", methods=["GET", "POST"])
@needs(NEEDS)
def new_block() -> ResponseReturnValue:
    offered = (TYPE, *fields())
    if request.method == "GET":
        return form_page(Form.empty(offered, type_id=next((choice[0] for choice in types_offered()), "")), None)
    form = Form.sent(offered, request.form)
    made: list[PlaceBlock] = []

    def create(db: DbSession) -> None:
        made.append(allotments.create_block(db, edition().id, form.values, actor=actor(), now=clock.now()))

    if not fitted(form, lambda: saved(form, create)):
        return form_page(form, None), 422
    flash(_("The places are set aside. Send the link to whoever names the people."), "ok")
    return redirect(url_for("organizer.block", block_id=made[0].id))


@blueprint.get(ONE)
@needs(NEEDS)
def block(block_id: int) -> str:
    row = own(block_id)
    links: Links = current_app.extensions["forumapp.links"]
    config: Config = current_app.extensions["forumapp.config"]
    return render_template(
        "organizer/blocks/one.html",
        section=SECTION,
        row=row,
        named=named_page(reading(), row, number=request.args.get("page", 1, whole_number)),
        link=links.address(link_of(row, edition()), config.base_url, now=clock.now()),
        link_opens=opens(edition(), now=clock.now()),
        history=past("place_block", block_id),
    )


@blueprint.route(f"{ONE}/edit", methods=["GET", "POST"])
@needs(NEEDS)
def edit_block(block_id: int) -> ResponseReturnValue:
    row = own(block_id)
    if request.method == "GET":
        return form_page(Form.of(fields(), row), row)
    form = Form.sent(fields(), request.form, row)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        allotments.update_block(db, edition().id, block_id, form.values, **by)

    if not fitted(form, lambda: saved(form, change, lambda: own(block_id))):
        return form_page(form, own(block_id)), form.status
    flash(_("The block has been saved."), "ok")
    return redirect(url_for("organizer.block", block_id=block_id))


@blueprint.post(f"{ONE}/release")
@needs(NEEDS)
def release_block(block_id: int) -> ResponseReturnValue:
    words = _("The places without a name are released. They go to whoever waits.")
    return decided(block_id, allotments.release_block, _("Release the unused places"), words)


@blueprint.post(f"{ONE}/end-links")
@needs(NEEDS)
def end_block_links(block_id: int) -> ResponseReturnValue:
    words = _("The links that were sent no longer open. The one shown now is new.")
    return decided(block_id, allotments.end_block_links, _("End its links"), words)


def own(block_id: int) -> PlaceBlock:
    return allotments.get_block(reading(), edition().id, block_id)


def fitted(form: Form, save: Callable[[], bool]) -> bool:
    """Whether the type and the forum have the places that are wanted."""
    try:
        return save()
    except NoPlacesLeft as refusal:
        form.faults["quota"] = f"no-places-of-{refusal.details['of']}"
        return False


def decided(block_id: int, decide: Callable[..., object], do: str, words: str) -> ResponseReturnValue:
    back = url_for("organizer.block", block_id=block_id)
    version = request.form.get("version", 0, whole_number)
    try:
        with transaction() as db:
            decide(db, edition().id, block_id, version=version, actor=actor(), now=clock.now())
    except Stale as refusal:
        return ask_again(refusal, do, back)
    flash(words, "ok")
    return redirect(back)


def form_page(form: Form, row: PlaceBlock | None) -> str:
    return render_template("organizer/blocks/form.html", section=SECTION, form=form, row=row)

"""Checkpoints and their devices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Stale
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.tokens.idempotency import AnsweredMeanwhile
from forumapp.domain.checkin.live import queries
from forumapp.domain.checkin.rehearsals import first_day, not_ended, running
from forumapp.domain.checkin.setup import checkpoints as services
from forumapp.domain.checkin.setup import devices
from forumapp.domain.registration.attendance.stays import Counted
from forumapp.domain.registration.lists.queries import list_types
from forumapp.schemas.choices import Area, CheckpointKind, EditionStatus, PassMode
from forumapp.web.forms.agenda_fields import MaybeTimes
from forumapp.web.forms.faults import fault
from forumapp.web.forms.fields import Choice, Field, Flag, Number, Pick, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.repeated_fields import Several
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed
from forumapp.web.organizer.kit.single_use_forms import new_key, spend_key
from forumapp.web.organizer.kit.versioned_actions import ask_again
from forumapp.web.wording.language import language
from forumapp.web.wording.words import moment

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.checkin.models import Checkpoint

SECTION = "checkin"
CHECK_IN, EDIT = Permission.CHECK_IN, Permission.EDIT_EDITION
ALL = "/<edition>/checkpoints"
ONE = f"{ALL}/<id:checkpoint_id>"
DEVICE = "/<edition>/checkin-devices/<id:device_id>"
LATEST = 20


@dataclass(frozen=True, kw_only=True)
class Types(Several):
    """Registration types, by their ids."""

    def get(self, row: Any) -> list[str]:
        return sorted(str(allowed.type_id) for allowed in row.types)

    def parse(self, raw: Any) -> Any:
        return sorted(int(type_id) for type_id in super().parse(raw))

    def write(self, value: Any) -> dict[str, Any]:
        return {self.name: [str(type_id) for type_id in value or []]}

    def words(self, value: Any) -> str:
        return super().words(str(type_id) for type_id in value or ())


LAST_FIELDS: tuple[Field, ...] = (
    Flag(name="vips_only", label=_l("For VIPs alone")),
    Flag(name="needs_sign_up", label=_l("For those signed up alone"), help=_l("Of a checkpoint for a session.")),
    Number(
        name="per_five_minutes",
        label=_l("How many people can pass in five minutes"),
        help=_l("Live numbers warn of a queue when nearly as many come."),
        least=1,
    ),
)


HOW = Choice(
    name="mode",
    label=_l("How people pass"),
    help=_l("Once is once in all days. Where people go in and out, they come anew on each day."),
    kind=PassMode,
    required=True,
)


def fields() -> tuple[Field, ...]:
    db, edition_id, here = reading(), edition().id, language()

    def sessions() -> list[tuple[str, Any]]:
        return [(str(row_id), pick(title, here)) for row_id, title in queries.list_session_titles(db, edition_id)]

    def coaches() -> list[tuple[str, Any]]:
        rows = queries.list_coach_runs(db, edition_id)
        return [(str(row.id), _run_words(row, here)) for row in rows]

    def delegations() -> list[tuple[str, Any]]:
        return [(str(row_id), pick(name, here)) for row_id, name in queries.list_delegation_names(db, edition_id)]

    def types() -> list[tuple[str, Any]]:
        return [(str(row.id), pick(row.name, here)) for row in list_types(db, edition_id)]

    return (
        Texts(name="name", label=_l("Name"), required=True),
        Choice(name="kind", label=_l("Kind"), kind=CheckpointKind, required=True),
        Pick(name="session_id", label=_l("Session"), help=_l("Of a checkpoint for a session."), offer=sessions),
        Pick(
            name="coach_run_id",
            label=_l("Coach"),
            help=_l("Of a checkpoint at a coach: a scan marks who has boarded, as its captain does."),
            offer=coaches,
        ),
        HOW,
        MaybeTimes(
            name="span",
            label=_l("When it is open"),
            help=_l("Left empty, it lets pass at any time."),
            zone=lambda: str(edition().zone),
        ),
        Choice(
            name="area",
            label=_l("Area to which it leads"),
            help=_l("It lets pass whose registration type admits there, as their badges say."),
            kind=Area,
            empty=_l("None"),
        ),
        Types(name="types", label=_l("For these registration types alone"), offer=types),
        Pick(
            name="delegation_id",
            label=_l("For the people of this delegation alone"),
            offer=delegations,
            empty=_l("Everyone"),
        ),
        *LAST_FIELDS,
    )


@blueprint.get(ALL)
@needs(CHECK_IN, everywhere=True)
def checkpoints() -> str:
    edition_id = edition().id
    page = devices.devices_page(reading(), edition_id, number=request.args.get("page", 1, whole_number))
    rows = services.list_checkpoints(reading(), edition_id)
    is_rehearsal = running(reading(), edition_id, now=clock.now()) is not None
    return render_template(
        "organizer/checkin/list.html",
        section=SECTION,
        rows=rows,
        once_in_all={row.id for row in rows if services.passes_once_in_all(edition(), row)},
        names={row.id: row.name for row in rows},
        counts=queries.count_let_in(reading(), edition_id, Counted(is_rehearsal=is_rehearsal)),
        devices=page,
        latest=queries.latest_scans(reading(), edition_id, LATEST, is_rehearsal=is_rehearsal),
        rehearsal=not_ended(reading(), edition_id),
        may_rehearse=clock.now() < first_day(reading(), edition_id),
        types={row.id: row.name for row in list_types(reading(), edition_id)},
        delegations=dict(queries.list_delegation_names(reading(), edition_id)),
    )


@blueprint.post(f"{ALL}/suggested")
@needs(EDIT)
def set_up_checkpoints() -> ResponseReturnValue:
    with transaction() as db:
        made = services.set_up_suggested(db, edition().id, actor=actor(), now=clock.now())
    added = ngettext("%(num)s checkpoint has been added.", "%(num)s checkpoints have been added.", made)
    flash(added if made else _("All of these are there already."), "ok")
    return redirect(url_for("organizer.checkpoints"))


@blueprint.route(f"{ALL}/new", methods=["GET", "POST"])
@needs(EDIT)
def new_checkpoint() -> ResponseReturnValue:
    described = fields()
    if request.method == "GET":
        return checkpoint_page(Form.empty(described, kind=CheckpointKind.DOOR, mode=PassMode.ONCE, span=None), None)
    form = Form.sent(described, request.form)

    def create(db: DbSession) -> None:
        services.create_checkpoint(db, edition().id, form.values, actor=actor(), now=clock.now())

    if not saved(form, create):
        return checkpoint_page(form, None), 422
    flash(_("The checkpoint has been added."), "ok")
    return redirect(url_for("organizer.checkpoints"))


@blueprint.route(ONE, methods=["GET", "POST"])
@needs(EDIT)
def checkpoint(checkpoint_id: int) -> ResponseReturnValue:
    def current() -> Checkpoint:
        return services.get_checkpoint(reading(), edition().id, checkpoint_id)

    described, row = fields(), current()
    if request.method == "GET":
        return checkpoint_page(Form.of(described, row), row)
    form = Form.sent(described, request.form, row)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        services.update_checkpoint(db, edition().id, checkpoint_id, form.values, **by)

    if not saved(form, change, current):
        return checkpoint_page(form, current()), form.status
    flash(_("The checkpoint has been saved."), "ok")
    return redirect(url_for("organizer.checkpoints"))


@blueprint.post(f"{ONE}/remove")
@needs(EDIT)
def remove_checkpoint(checkpoint_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        by: Any = {"version": version or 0, "actor": actor(), "now": now}
        return services.remove_checkpoint(db, edition().id, checkpoint_id, **by)

    return removed(remove, _("The checkpoint has been removed."), url_for("organizer.checkpoints"))


@blueprint.route("/<edition>/checkin-devices/new", methods=["GET", "POST"])
@needs(CHECK_IN, everywhere=True)
def new_device() -> ResponseReturnValue:
    rows = services.list_checkpoints(reading(), edition().id)
    described: tuple[Field, ...] = (
        Field(
            name="name",
            label=_l("Name of the device"),
            help=_l("Such as Phone 3, or who carries it."),
            required=True,
            longest=devices.LONGEST_NAME,
        ),
        Pick(
            name="checkpoint_id",
            label=_l("Checkpoint"),
            offer=lambda: [(str(row.id), pick(row.name, language())) for row in rows],
            empty=_l("Choose a checkpoint"),
            required=True,
        ),
    )
    if in_draft():
        return device_page(Form.empty(described)), 200 if request.method == "GET" else 409
    if request.method == "GET":
        chosen = request.args.get("at", 0, whole_number)
        return device_page(Form.empty(described, **({"checkpoint_id": chosen} if chosen else {})))
    form, made = Form.sent(described, request.form), list[str]()

    def create(db: DbSession) -> None:
        spend_key(db)
        made.append(devices.add_device(db, edition().id, form.values, actor=actor(), now=clock.now())[1])

    try:
        if not saved(form, create):
            return device_page(form), 422
    except AnsweredMeanwhile:
        flash(_("This form has made its code already. If nobody has typed it, make a new code in the list."), "warn")
        return redirect(url_for("organizer.checkpoints"))
    return code_page(str(form.values["name"]), made[0])


@blueprint.post(f"{DEVICE}/new-code")
@needs(CHECK_IN, everywhere=True)
def renew_device_code(device_id: int) -> ResponseReturnValue:
    by: Any = {"version": request.form.get("version", 0, whole_number), "actor": actor(), "now": clock.now()}
    if in_draft():
        return redirect(url_for("organizer.new_device"))
    try:
        with transaction() as db:
            row, code = devices.renew_code(db, edition().id, device_id, **by)
            name = row.name
    except Stale as refusal:
        return ask_again(refusal, _("New code"), url_for("organizer.checkpoints"))
    except devices.AlreadyRevoked as refusal:
        return already_revoked(refusal)
    return code_page(name, code)


@blueprint.post(f"{DEVICE}/revoke")
@needs(CHECK_IN, everywhere=True)
def revoke_device(device_id: int) -> ResponseReturnValue:
    by: Any = {"version": request.form.get("version", 0, whole_number), "actor": actor(), "now": clock.now()}
    try:
        with transaction() as db:
            devices.revoke_device(db, edition().id, device_id, **by)
    except Stale as refusal:
        return ask_again(refusal, _("Revoke the device"), url_for("organizer.checkpoints"))
    except devices.AlreadyRevoked as refusal:
        return already_revoked(refusal)
    flash(_("The device has been revoked and scans no more."), "ok")
    return redirect(url_for("organizer.checkpoints"))


def already_revoked(refusal: devices.AlreadyRevoked) -> ResponseReturnValue:
    flash(fault(refusal.code), "warn")
    return redirect(url_for("organizer.checkpoints"))


def checkpoint_page(form: Form, row: Checkpoint | None) -> str:
    history = past("checkpoint", row.id) if row else []
    return render_template("organizer/checkin/checkpoint.html", section=SECTION, form=form, row=row, history=history)


def _run_words(run: queries.RunLine, here: str) -> str:
    """Describe runs: coaches of one name also by plate, drives of one name also by time."""
    when = moment(run.starts, run.zone)
    return f"{pick(run.vehicle, here)} ({run.sign}) · {pick(run.drive, here)} · {when}"


def in_draft() -> bool:
    """Return whether the edition is a draft, so that devices cannot sign in yet: only organizers have its address."""
    return edition().status == EditionStatus.DRAFT


def device_page(form: Form) -> str:
    key, words = new_key(), {"section": SECTION, "in_draft": in_draft()}
    return render_template("organizer/checkin/new_device.html", form=form, key=key, **words)


def code_page(name: str, code: str) -> ResponseReturnValue:
    """Show the code, once."""
    where = url_for("checkin.page", slug=edition().slug, _external=True)
    page = render_template("organizer/checkin/code.html", section=SECTION, name=name, code=code, where=where)
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer

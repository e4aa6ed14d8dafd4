"""The badge designer: list of designs, one design box by box, and its earlier versions."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, NotFound, Stale
from forumapp.core.serving.rate_limits import is_local, limiter
from forumapp.core.serving.render_pool import TookTooLong, TookTooMuch
from forumapp.core.values.numbers import whole_number
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.queries import names_of_accounts
from forumapp.domain.printing.designs import queries, services
from forumapp.domain.printing.designs.reader import MOST_BOXES, design_from, saved_design
from forumapp.domain.printing.designs.ready_designs import SIZES, Look, ready_designs
from forumapp.domain.printing.designs.shapes import Kind
from forumapp.domain.printing.previews.design_trials import try_design
from forumapp.domain.registration.lists.queries import list_types
from forumapp.web.drawing import fonts, workshop
from forumapp.web.forms.fields import Field, PickCode, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.badges import design_fields as fields
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.versioned_actions import ask_again
from forumapp.web.organizer.printing.previews import code_of, rack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.images.rules import Picture
    from forumapp.domain.printing.designs.queries import DesignLine
    from forumapp.domain.printing.designs.shapes import Design
    from forumapp.domain.printing.previews.previews import Preview
    from forumapp.domain.registration.models import RegistrationType

SECTION = "paper"
DESIGNS = "/<edition>/paper/designs"
DESIGN = f"{DESIGNS}/<code>"
VERSION = f"{DESIGN}/versions/<id:number>"
LOOKS: dict[str, Any] = {
    "delegate": _l("Delegate"),
    "speaker": _l("Speaker"),
    "vip": _l("VIP"),
    "media": _l("Media"),
    "staff": _l("Staff"),
}


def sizes() -> list[tuple[str, Any]]:
    """List the sizes of the built-in designs."""
    return [
        (code, f"{code.partition('-')[0].upper()}: {size.width:g} × {size.height:g} mm") for code, size in SIZES.items()
    ]


NEW_FIELDS: tuple[Field, ...] = (
    Texts(name="name", label=_l("Name of the design"), required=True),
    PickCode(name="size", label=_l("Size of the badge"), offer=sizes, required=True, empty=None),
    PickCode(name="look", label=_l("Begin from"), offer=lambda: list(LOOKS.items()), required=True, empty=None),
)


@blueprint.get(DESIGNS)
@needs(Permission.SEE_EDITION)
def badge_designs() -> str:
    types_by_design = types_of_designs()
    lines = queries.list_designs(reading(), edition().id)
    return render_template("organizer/designs/list.html", section=SECTION, lines=lines, types=types_by_design)


@blueprint.route(f"{DESIGNS}/new", methods=["GET", "POST"])
@needs(Permission.EDIT_EDITION)
def new_badge_design() -> ResponseReturnValue:
    if request.method == "GET":
        size = request.args.get("size", "")
        form = Form.empty(NEW_FIELDS, size=size if size in SIZES else next(iter(SIZES)), look=Look.DELEGATE.value)
        return new_page(form)
    form = Form.sent(NEW_FIELDS, request.form)
    made: list[str] = []

    def create(db: DbSession) -> None:
        values = {"name": form.values["name"], "ready": f"{form.values['size']}-{form.values['look']}"}
        line = services.create_design(db, edition().id, values, actor=actor(), now=clock.now())
        made.append(line.row.code)

    if not saved(form, create):
        return new_page(form), 422
    flash(_("The design has been added. Change it as you like, then choose it for registration types."), "ok")
    return redirect(url_for("organizer.badge_design", code=made[0]))


def new_page(form: Form) -> str:
    size = form.raw["size"]
    designs = ready_designs()
    codes = [(f"{size}-{look}", label) for look, label in LOOKS.items()]
    ready = [(code, label, designs[code].page) for code, label in codes if code in designs]
    return render_template("organizer/designs/new.html", section=SECTION, form=form, ready=ready)


@blueprint.get(f"{DESIGNS}/ready/<code>/picture")
@needs(Permission.SEE_EDITION)
def ready_design_picture(code: str) -> ResponseReturnValue:
    if code not in ready_designs():
        raise NotFound(entity="badge_design", named=code)
    return picture_of(ready_designs()[code], (), None)


@blueprint.get(f"{DESIGN}/picture")
@needs(Permission.SEE_EDITION)
def badge_design_picture(code: str) -> ResponseReturnValue:
    line = queries.get_design(reading(), edition().id, code)
    return picture_of(line.design, codes_of(line), line.current.logo_id)


def picture_of(design: Design, types: tuple[str, ...], logo_id: int | None) -> ResponseReturnValue:
    """Preview the badge of the person with the longest name."""
    preview = tried(design, types, logo_id, count=1)
    return redirect(url_for("organizer.paper_page", key=preview.key, number=1))


def tried(design: Design, types: tuple[str, ...], logo: int | Picture | None, **options: Any) -> Preview:
    options |= {"rack": rack(), "workshop": workshop(), "folder": fonts(), "actor": actor()}
    return try_design(reading(), edition(), design, types=types, logo=logo, **options)


@blueprint.route(DESIGN, methods=["GET", "POST"])
@needs(Permission.SEE_EDITION, to_change=Permission.EDIT_EDITION)
def badge_design(code: str) -> ResponseReturnValue:
    def current() -> fields.Standing:
        return fields.standing(queries.get_design(reading(), edition().id, code))

    line = queries.get_design(reading(), edition().id, code)
    if request.method == "GET":
        kinds = fields.kinds_of(line.current.layout)
        return design_page(Form.of(fields.fields_for(kinds), fields.standing(line)), kinds, line)
    form, kinds = sent_form(line)
    if asked := request.form.get("do"):
        form.keep_pictures()
        if asked == "add":
            add_box(form, kinds)
        return design_page(form, kinds, line, unsaved=True)
    if not saved(form, lambda db: change(db, line.row.code, form, kinds), current):
        return design_page(form, kinds, queries.get_design(reading(), edition().id, code), unsaved=True), form.status
    flash(_("The design has been saved."), "ok")
    return redirect(url_for("organizer.badge_design", code=code))


def sent_form(line: DesignLine) -> tuple[Form, dict[int, Kind]]:
    kinds = fields.kinds_sent(request.form)
    return Form.sent(fields.fields_for(kinds), request.form, fields.standing(line)), kinds


def change(db: DbSession, code: str, form: Form, kinds: Mapping[int, Kind]) -> None:
    """Save the layout, and the logo if one was chosen.

    Raises Invalid with each fault at the field that caused it.
    """
    line = queries.get_design(db, edition().id, code)
    made = fields.built(typed(form, line), kinds)
    by: Any = {"actor": actor(), "now": clock.now()}
    values: Any = {"name": form.values["name"], "layout": made.layout}
    values |= {"logo": form.values["logo"]} if "logo" in form.values else {}
    try:
        services.change_design(db, edition().id, code, values, version=form.based_on, **by)
    except Invalid as refusal:
        raise Invalid(fields={made.field_of(at): fault for at, fault in refusal.fields.items()}) from refusal


def typed(form: Form, line: DesignLine) -> dict[str, Any]:
    """Merge what was typed over the values that the form does not show."""
    return {**fields.standing(line).flat, **form.values}


def add_box(form: Form, kinds: dict[int, Kind]) -> None:
    """Add a box to the form; nothing is saved."""
    kind = request.form.get("new", "")
    if kind not in list(Kind) or len(kinds) >= MOST_BOXES:
        return
    number = max(kinds, default=-1) + 1
    size: Any = {"width": form.values.get("width") or 100.0, "height": form.values.get("height") or 100.0}
    kinds[number] = Kind(kind)
    box = fields.new_box(Kind(kind), size)
    flat = {f"boxes.{number}.{name}": value for name, value in fields.flat_box(number, box)}
    added = tuple(fields.box_fields(number, Kind(kind)))
    standing = fields.Standing(form.based_on, flat)
    for field in added:
        form.raw |= field.write(field.get(standing))
        form.values[field.name] = field.get(standing)
    form.fields = (*form.fields, *added)


@blueprint.post(f"{DESIGN}/look")
@limiter.limit("240 per minute", exempt_when=is_local)
@needs(Permission.EDIT_EDITION)
def look_at_design(code: str) -> ResponseReturnValue:
    """Render the preview fragment: the typed design on badges of real people. Nothing is saved."""
    line = queries.get_design(reading(), edition().id, code)
    form, kinds = sent_form(line)
    form.keep_pictures()
    shown = looked(form, kinds, line, unsaved=True)
    return render_template("organizer/designs/look.html", **shown, kept=form.raw["logo.kept"])


def looked(form: Form, kinds: Mapping[int, Kind], line: DesignLine, *, unsaved: bool) -> dict[str, Any]:
    """Return the preview of a design; of an invalid one, its saved version."""
    design, is_typed = line.design, False
    if unsaved and not form.faults:
        with suppress(Invalid):
            design, is_typed = design_from(fields.built(typed(form, line), kinds).layout), True
    chosen = form.values.get("logo", line.current.logo_id) if unsaved else line.current.logo_id
    return {**preview_or_faults(design, codes_of(line), chosen), "is_typed": is_typed, "unsaved": unsaved}


def preview_or_faults(design: Design, types: tuple[str, ...], logo: int | Picture | None) -> dict[str, Any]:
    """The badges, or why there are none: a design that cannot be shown can still be opened and mended."""
    try:
        return {"preview": tried(design, types, logo)}
    except (TookTooLong, TookTooMuch, OSError) as fault:
        return {"preview": None, "fault": code_of(fault)}


def design_page(form: Form, kinds: Mapping[int, Kind], line: DesignLine, *, unsaved: bool = False) -> str:
    versions = queries.versions_page(reading(), line.row, number=request.args.get("page", 1, whole_number))
    return render_template(
        "organizer/designs/one.html",
        section=SECTION,
        form=form,
        line=line,
        boxes=boxes_on(form, kinds),
        kinds=fields.KINDS,
        types=types_of_designs().get(line.row.id, []),
        versions=versions,
        makers=names_of_accounts(reading(), {version.made_by for version in versions.items if version.made_by}),
        history=past("badge_design", line.row.id),
        **looked(form, kinds, line, unsaved=unsaved),
    )


def boxes_on(form: Form, kinds: Mapping[int, Kind]) -> list[dict[str, Any]]:
    """The boxes of a form with their fields, lines apart."""
    named = {field.name: field for field in form.fields}
    boxes = []
    for number, kind in kinds.items():
        at = f"boxes.{number}."
        own = [box_field for name, box_field in named.items() if name.startswith(at)]
        lines: dict[str, list[Field]] = {}
        for box_field in own:
            if box_field.name.startswith(f"{at}lines."):
                lines.setdefault(box_field.name.split(".")[3], []).append(box_field)
        plain = [field for field in own if not field.name.startswith(f"{at}lines.")]
        is_faulty = any(name.startswith(at) for name in form.faults)
        values = {"number": number, "kind": kind.value, "fields": plain, "is_faulty": is_faulty}
        boxes.append(
            values | {"lines": [(field_name, fields.LINES[field_name], those) for field_name, those in lines.items()]}
        )
    return boxes


@blueprint.get(VERSION)
@needs(Permission.SEE_EDITION)
def badge_design_version(code: str, number: int) -> str:
    line = queries.get_design(reading(), edition().id, code)
    version = queries.get_version(reading(), line.row, number)
    values = {"line": line, "version": version}
    values |= preview_or_faults(saved_design(version.layout), codes_of(line), version.logo_id)
    return render_template("organizer/designs/version.html", section=SECTION, is_typed=True, unsaved=False, **values)


@blueprint.post(f"{VERSION}/use")
@needs(Permission.EDIT_EDITION)
def use_badge_design_version(code: str, number: int) -> ResponseReturnValue:
    back = url_for("organizer.badge_design", code=code)
    try:
        with transaction() as db:
            version = request.form.get("version", 0, whole_number)
            services.use_again(db, edition().id, code, number, version=version, actor=actor(), now=clock.now())
    except Stale as refusal:
        return ask_again(refusal, _("Use version %(number)s again", number=number), back)
    flash(_("Version %(number)s is in use again, as a new version.", number=number), "ok")
    return redirect(back)


def types_of_designs() -> dict[int, list[RegistrationType]]:
    """Map each design's id to the registration types that use it."""
    types: dict[int, list[RegistrationType]] = {}
    for row in list_types(reading(), edition().id):
        if row.badge_design_id is not None:
            types.setdefault(row.badge_design_id, []).append(row)
    return types


def codes_of(line: DesignLine) -> tuple[str, ...]:
    return tuple(row.code for row in types_of_designs().get(line.row.id, []))

"""An edition's own badge stocks, with a drawing of their page, and its printers with their offsets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.errors import Invalid
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.tokens.idempotency import AnsweredMeanwhile
from forumapp.domain.printing import custom_stocks as services
from forumapp.domain.printing.paper.sheet_layout import fronts, outline
from forumapp.domain.printing.paper.stocks import STOCKS
from forumapp.web.forms.fields import Field, Number, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed
from forumapp.web.organizer.kit.single_use_forms import new_key, spend_key
from forumapp.web.organizer.printing.sheet_layout_fields import Millimetres
from forumapp.web.organizer.settings.venues import CODE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.printing.models import BadgeStock, Printer
    from forumapp.domain.printing.paper.stocks import Stock

SECTION = "paper"
STOCKS_PAGE = "/<edition>/paper/stocks"
STOCK = f"{STOCKS_PAGE}/<id:stock_id>"
PRINTERS = "/<edition>/paper/printers"
PRINTER = f"{PRINTERS}/<id:printer_id>"
_IN_THE_MIDDLE = _l("Left empty, the labels lie in the middle of the page.")
_TOUCHING = _l("From the edge of a label to the same edge of the next one. Left empty, they touch.")
STOCK_FIELDS: tuple[Field, ...] = (
    Texts(name="name", label=_l("Name"), help=_l("Such as the maker and the number on the box."), required=True),
    Millimetres(name="page_width", label=_l("Width of the page (mm)"), required=True),
    Millimetres(name="page_height", label=_l("Height of the page (mm)"), required=True),
    Millimetres(name="width", label=_l("Width of a label (mm)"), required=True),
    Millimetres(name="height", label=_l("Height of a label (mm)"), required=True),
    Number(name="columns", label=_l("Labels side by side"), required=True, least=1, most=40),
    Number(name="rows", label=_l("Labels above one another"), required=True, least=1, most=40),
    Millimetres(name="left", label=_l("First label from the left (mm)"), help=_IN_THE_MIDDLE),
    Millimetres(name="top", label=_l("First label from the top (mm)"), help=_IN_THE_MIDDLE),
    Millimetres(name="pitch_x", label=_l("From label to label across (mm)"), help=_TOUCHING),
    Millimetres(name="pitch_y", label=_l("From label to label down (mm)"), help=_TOUCHING),
    Millimetres(name="radius", label=_l("Radius of the corners (mm)")),
)
PRINTER_FIELDS: tuple[Field, ...] = (
    Texts(name="name", label=_l("Name"), help=_l("As it is called in the house, such as Desk 2."), required=True),
    Millimetres(
        name="offset_x",
        label=_l("Move to the right (mm)"),
        help=_l("What the calibration page shows. Less than 0 moves to the left."),
    ),
    Millimetres(name="offset_y", label=_l("Move down (mm)"), help=_l("Less than 0 moves up.")),
)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page with its labels, in mm: an SVG path of them, and the position of each label's number."""

    width: float
    height: float
    path: str
    numbers: list[tuple[int, float, float]]


def drawing(stock: Stock) -> Drawing:
    places = [(front.left, front.top) for front in fronts(stock)] or [(0.0, 0.0)]
    sheet = stock.sheet
    page = (sheet.page_width, sheet.page_height) if sheet else (stock.width, stock.height)
    path = " ".join(outline(stock, *at) for at in places)
    middle = [(at[0] + stock.width / 2, at[1] + stock.height / 2) for at in places]
    return Drawing(*page, path, [(number, *at) for number, at in enumerate(middle, 1)])


def drawn(values: Mapping[str, Any]) -> Drawing | None:
    """Draw what was typed, as far as it is valid."""
    try:
        return drawing(services.geometry(services.measured(values), ""))
    except Invalid:
        return None


@blueprint.get(STOCKS_PAGE)
@needs(Permission.SEE_EDITION)
def badge_stocks() -> str:
    db, edition_id = reading(), edition().id
    rows = [(row, drawing(services.stock_of(row))) for row in services.list_stocks(db, edition_id)]
    shown = {"rows": rows, "printers": services.list_printers(db, edition_id), "ready": len(STOCKS)}
    return render_template("organizer/stocks/list.html", section=SECTION, **shown)


@blueprint.route(f"{STOCKS_PAGE}/new", methods=["GET", "POST"])
@needs(Permission.EDIT_EDITION)
def new_badge_stock() -> ResponseReturnValue:
    fields = (*STOCK_FIELDS, CODE)
    if request.method == "GET":
        page = {"page_width": 215.9, "page_height": 279.4} if edition().page_size == "Letter" else A4
        return stock_page(Form.empty(fields, **page, columns=2, rows=4), None)
    form = Form.sent(fields, request.form)
    made: list[int] = []

    def create(db: DbSession) -> None:
        spend_key(db)
        made.append(services.create_stock(db, edition().id, form.values, actor=actor(), now=clock.now()).id)

    try:
        if not saved(form, create):
            return stock_page(form, None), 422
    except AnsweredMeanwhile:
        return added_before()
    flash(_("The stock has been added. Print its calibration page on plain paper and hold it against a sheet."), "ok")
    return redirect(url_for("organizer.badge_stock", stock_id=made[0]))


def added_before() -> ResponseReturnValue:
    flash(_("What this form says has been added already."), "warn")
    return redirect(url_for("organizer.badge_stocks"))


A4 = {"page_width": 210.0, "page_height": 297.0}


@blueprint.route(STOCK, methods=["GET", "POST"])
@needs(Permission.SEE_EDITION, to_change=Permission.EDIT_EDITION)
def badge_stock(stock_id: int) -> ResponseReturnValue:
    def current() -> BadgeStock:
        return services.get_stock(reading(), edition().id, stock_id)

    row = current()
    if request.method == "GET":
        return stock_page(Form.of(STOCK_FIELDS, row), row)
    form = Form.sent(STOCK_FIELDS, request.form, row)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        services.update_stock(db, edition().id, stock_id, form.values, **by)

    if not saved(form, change, current):
        return stock_page(form, current()), form.status
    flash(_("The stock has been saved. Prints that were asked for before keep it as it was."), "ok")
    return redirect(url_for("organizer.badge_stock", stock_id=stock_id))


@blueprint.post(f"{STOCK}/remove")
@needs(Permission.EDIT_EDITION)
def remove_badge_stock(stock_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        return services.remove_stock(db, edition().id, stock_id, version=version or 0, actor=actor(), now=now)

    return removed(remove, _("The stock has been removed."), url_for("organizer.badge_stocks"))


def stock_page(form: Form, row: BadgeStock | None) -> str:
    history = past("badge_stock", row.id) if row else []
    shown = drawn(form.values) if form.values else drawing(services.stock_of(row)) if row else None
    values = {"form": form, "row": row, "history": history, "drawing": shown, "key": "" if row else new_key()}
    return render_template("organizer/stocks/stock.html", section=SECTION, **values)


@blueprint.route(f"{PRINTERS}/new", methods=["GET", "POST"])
@needs(Permission.EDIT_EDITION)
def new_badge_printer() -> ResponseReturnValue:
    fields = (*PRINTER_FIELDS, CODE)
    if request.method == "GET":
        return printer_page(Form.empty(fields), None)
    form = Form.sent(fields, request.form)

    def create(db: DbSession) -> None:
        spend_key(db)
        services.create_printer(db, edition().id, form.values, actor=actor(), now=clock.now())

    try:
        if not saved(form, create):
            return printer_page(form, None), 422
    except AnsweredMeanwhile:
        return added_before()
    flash(_("The printer has been added."), "ok")
    return redirect(url_for("organizer.badge_stocks"))


@blueprint.route(PRINTER, methods=["GET", "POST"])
@needs(Permission.SEE_EDITION, to_change=Permission.EDIT_EDITION)
def badge_printer(printer_id: int) -> ResponseReturnValue:
    def current() -> Printer:
        return services.get_printer(reading(), edition().id, printer_id)

    row = current()
    if request.method == "GET":
        return printer_page(Form.of(PRINTER_FIELDS, row), row)
    form = Form.sent(PRINTER_FIELDS, request.form, row)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        services.update_printer(db, edition().id, printer_id, form.values, **by)

    if not saved(form, change, current):
        return printer_page(form, current()), form.status
    flash(_("The printer has been saved."), "ok")
    return redirect(url_for("organizer.badge_stocks"))


@blueprint.post(f"{PRINTER}/remove")
@needs(Permission.EDIT_EDITION)
def remove_badge_printer(printer_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        return services.remove_printer(db, edition().id, printer_id, version=version or 0, actor=actor(), now=now)

    return removed(remove, _("The printer has been removed."), url_for("organizer.badge_stocks"))


def printer_page(form: Form, row: Printer | None) -> str:
    history = past("badge_printer", row.id) if row else []
    values = {"form": form, "row": row, "history": history, "key": "" if row else new_key()}
    return render_template("organizer/stocks/printer.html", section=SECTION, **values)

"""An edition's own stocks, and its printers with what each of them is off.

A print keeps the geometry and the offset that it was asked with: what changes here later concerns later prints alone.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select

from forumapp.core.errors import AlreadyExists, Invalid, refuse_faults
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.core.values.text import LANGUAGES, pick
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.rows import change_in, create_in, get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.forums.rules import free_code, name_fault, slug_fault
from forumapp.domain.printing.models import BadgeStock, Printer
from forumapp.domain.printing.paper.sheet_layout import LARGEST_OFFSET
from forumapp.domain.printing.paper.stocks import NEAR, STOCKS, Sheet, Stock, sheet_faults
from forumapp.domain.printing.rules import LONGEST_DEVICE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor

EDIT = Permission.EDIT_EDITION
# What each measure of a stock may be, in mm, and how many labels there may be in one direction.
BOUNDS: Mapping[str, tuple[float, float]] = {
    **dict.fromkeys(("page_width", "page_height"), (20.0, 700.0)),
    **dict.fromkeys(("width", "height"), (15.0, 700.0)),
    **dict.fromkeys(("left", "top", "pitch_x", "pitch_y"), (0.0, 700.0)),
    "radius": (0.0, 50.0),
    **dict.fromkeys(("columns", "rows"), (1, 40)),
}
MEASURES = tuple(BOUNDS)


def list_stocks(db: DbSession, edition_id: int) -> list[BadgeStock]:
    return list(db.scalars(_in_order(BadgeStock, edition_id)))


def stocks_page(db: DbSession, edition_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[BadgeStock]:
    return paged(db, _in_order(BadgeStock, edition_id), number=number, size=size)


def get_stock(db: DbSession, edition_id: int, stock_id: int) -> BadgeStock:
    return get_in(db, BadgeStock, edition_id, stock_id)


def list_printers(db: DbSession, edition_id: int) -> list[Printer]:
    return list(db.scalars(_in_order(Printer, edition_id)))


def printers_page(db: DbSession, edition_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[Printer]:
    return paged(db, _in_order(Printer, edition_id), number=number, size=size)


def get_printer(db: DbSession, edition_id: int, printer_id: int) -> Printer:
    return get_in(db, Printer, edition_id, printer_id)


def _in_order(kind: Any, edition_id: int) -> Select[Any]:
    return select(kind).where(kind.edition_id == edition_id).order_by(kind.code)


def geometry(measures: Mapping[str, Any], name: str) -> Stock:
    """What badges are printed on; one label that is the whole page is no sheet."""
    sizes: dict[str, Any] = {name: measures[name] for name in MEASURES}
    width, height, radius = sizes.pop("width"), sizes.pop("height"), sizes.pop("radius")
    sheet = Sheet(**sizes)
    whole = abs(sheet.page_width - width) <= NEAR and abs(sheet.page_height - height) <= NEAR
    return Stock(name, width, height, None if whole and sheet.places == 1 else sheet, radius)


def stock_of(row: BadgeStock) -> Stock:
    return geometry({one: getattr(row, one) for one in MEASURES}, row.code)


def measured(given: Mapping[str, Any]) -> dict[str, Any]:
    """Complete the measures of a stock. Raises Invalid with a fault for each measure.

    By default labels touch each other and are centered on the page.
    """
    values: dict[str, Any] = {"columns": 1, "rows": 1, "radius": 0.0}
    values |= {one: given[one] for one in MEASURES if given.get(one) is not None}
    needed = ("page_width", "page_height", "width", "height")
    refuse_faults({one: None if one in values else "required" for one in needed})
    refuse_faults({one: _bound_fault(one, values[one]) for one in values})
    sides = (("pitch_x", "width", "columns", "left", "page_width"), ("pitch_y", "height", "rows", "top", "page_height"))
    for pitch, size, count, start, page in sides:
        values.setdefault(pitch, values[size])
        free = values[page] - values[size] - (values[count] - 1) * values[pitch]
        values.setdefault(start, max(0.0, free / 2))
    values = {one: value if one in ("columns", "rows") else round(float(value), 2) for one, value in values.items()}
    faults: dict[str, str | None] = dict(sheet_faults(geometry(values, "")))
    if 2 * values["radius"] > min(values["width"], values["height"]) + NEAR:
        faults["radius"] = "too-large"
    refuse_faults(faults)
    return values


def _bound_fault(measure: str, value: float) -> str | None:
    least, most = BOUNDS[measure]
    return f"too-small:{least:g}" if value < least else f"too-large:{most:g}" if value > most else None


def create_stock(
    db: DbSession, edition_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> BadgeStock:
    """`values` are the name, a code if it has one, and the measures. No code is one of the stocks that stand ready."""
    require(db, edition_id, EDIT, actor=actor)
    code = _code(db, BadgeStock, edition_id, values, "stock", reserved=STOCKS)
    row = BadgeStock(edition_id=edition_id, code=code, name=values["name"], **measured(values))
    create_in(db, row, EDIT, actor=actor, now=now)
    return row


def update_stock(
    db: DbSession,
    edition_id: int,
    stock_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> BadgeStock:
    require(db, edition_id, EDIT, actor=actor)
    row = get_stock(db, edition_id, stock_id)
    name = changes.get("name", row.name)
    refuse_faults({"name": name_fault(name)})
    stands = {one: getattr(row, one) for one in MEASURES}
    change_in(db, row, {"name": name, **measured({**stands, **changes})}, EDIT, version=version, actor=actor, now=now)
    return row


def remove_stock(
    db: DbSession, edition_id: int, stock_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    """Prints that were asked for on it go on: they keep its geometry."""
    require(db, edition_id, EDIT, actor=actor)
    row = get_stock(db, edition_id, stock_id)
    return remove_in(db, row, label=row.name, version=version, actor=actor, now=now)


def create_printer(
    db: DbSession, edition_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> Printer:
    """`values` are the name, a code if it has one, and the offset in mm."""
    require(db, edition_id, EDIT, actor=actor)
    code = _code(db, Printer, edition_id, values, "printer")
    row = Printer(edition_id=edition_id, code=code, name=values["name"], **_offset(values))
    create_in(db, row, EDIT, actor=actor, now=now)
    return row


def update_printer(
    db: DbSession,
    edition_id: int,
    printer_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Printer:
    require(db, edition_id, EDIT, actor=actor)
    row = get_printer(db, edition_id, printer_id)
    name = changes.get("name", row.name)
    refuse_faults({"name": name_fault(name)})
    offset = _offset({"offset_x": row.offset_x, "offset_y": row.offset_y, **changes})
    change_in(db, row, {"name": name, **offset}, EDIT, version=version, actor=actor, now=now)
    return row


def remove_printer(
    db: DbSession, edition_id: int, printer_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    require(db, edition_id, EDIT, actor=actor)
    row = get_printer(db, edition_id, printer_id)
    return remove_in(db, row, label=row.name, version=version, actor=actor, now=now)


def _offset(values: Mapping[str, Any]) -> dict[str, float]:
    offset = {name: round(float(values.get(name) or 0), 2) for name in ("offset_x", "offset_y")}
    refuse_faults({name: None if abs(mm) <= LARGEST_OFFSET else "offset-too-large" for name, mm in offset.items()})
    return offset


def _code(
    db: DbSession,
    kind: Any,
    edition_id: int,
    values: Mapping[str, Any],
    word: str,
    *,
    reserved: Mapping[str, Any] | None = None,
) -> str:
    taken = {*db.scalars(select(kind.code).where(kind.edition_id == edition_id)), *(reserved or ())}
    code: str = values.get("code") or free_code(values["name"], taken, word)
    refuse_faults({"code": slug_fault(code), "name": name_fault(values["name"])})
    if code in taken:
        raise AlreadyExists(fields={"code": "taken"})
    return code


def with_geometry(db: DbSession, edition_id: int, submitted: Mapping[str, Any]) -> dict[str, Any]:
    """Add the current geometry of the stock and offset of the printer to print options, for the job to store.

    A submitted offset wins. Raises Invalid for an unknown printer; an unknown stock is refused by `options_from`.
    """
    options = {name: value for name, value in submitted.items() if name != "geometry"}
    stock = STOCKS.get(options.get("stock") or "")
    if stock is None and options.get("stock"):
        own = _by_code(db, BadgeStock, edition_id, options["stock"])
        if own is not None:
            stock = stock_of(own)
            options["geometry"] = asdict(stock)
    if options.get("printer"):
        printer = _by_code(db, Printer, edition_id, options["printer"])
        if printer is None:
            raise Invalid(fields={"printer": "unknown"})
        if stock is not None and stock.sheet is not None:
            offset = {one: getattr(printer, one) for one in ("offset_x", "offset_y")}
            options |= {one: value for one, value in offset.items() if value and options.get(one) is None}
    return options


def device_of(db: DbSession, edition_id: int, submitted: str, printer: str | None) -> str:
    """The device name for the print log: the name of the printer with this code, or as submitted."""
    row = _by_code(db, Printer, edition_id, printer) if printer and not submitted.strip() else None
    return pick(row.name, LANGUAGES[0])[:LONGEST_DEVICE] if row is not None else submitted.strip()


def _by_code(db: DbSession, kind: Any, edition_id: int, code: str) -> Any:
    return db.scalar(select(kind).where(kind.edition_id == edition_id, kind.code == code))

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
    of: dict[str, Any] = {one: measures[one] for one in MEASURES}
    width, height, radius = of.pop("width"), of.pop("height"), of.pop("radius")
    sheet = Sheet(**of)
    whole = abs(sheet.page_width - width) <= NEAR and abs(sheet.page_height - height) <= NEAR
    return Stock(name, width, height, None if whole and sheet.places == 1 else sheet, radius)


def stock_of(row: BadgeStock) -> Stock:
    return geometry({one: getattr(row, one) for one in MEASURES}, row.code)


def measured(given: Mapping[str, Any]) -> dict[str, Any]:
    """All measures of a stock. Labels whose distance is not said touch each other, and lie in the middle of the page
    where it is not said otherwise. Raises Invalid with what is wrong, by measure.
    """
    found: dict[str, Any] = {"columns": 1, "rows": 1, "radius": 0.0}
    found |= {one: given[one] for one in MEASURES if given.get(one) is not None}
    needed = ("page_width", "page_height", "width", "height")
    refuse_faults({one: None if one in found else "required" for one in needed})
    refuse_faults({one: _bound_fault(one, found[one]) for one in found})
    sides = (("pitch_x", "width", "columns", "left", "page_width"), ("pitch_y", "height", "rows", "top", "page_height"))
    for pitch, size, count, start, page in sides:
        found.setdefault(pitch, found[size])
        free = found[page] - found[size] - (found[count] - 1) * found[pitch]
        found.setdefault(start, max(0.0, free / 2))
    found = {one: value if one in ("columns", "rows") else round(float(value), 2) for one, value in found.items()}
    faults: dict[str, str | None] = dict(sheet_faults(geometry(found, "")))
    if 2 * found["radius"] > min(found["width"], found["height"]) + NEAR:
        faults["radius"] = "too-large"
    refuse_faults(faults)
    return found


def _bound_fault(measure: str, value: float) -> str | None:
    least, most = BOUNDS[measure]
    return f"too-small:{least:g}" if value < least else f"too-large:{most:g}" if value > most else None


def create_stock(
    db: DbSession, edition_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> BadgeStock:
    """`values` are the name, a code if it has one, and the measures. No code is one of the stocks that stand ready."""
    require(db, edition_id, EDIT, actor=actor)
    code = _code(db, BadgeStock, edition_id, values, "stock", beside=STOCKS)
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
    found = {one: round(float(values.get(one) or 0), 2) for one in ("offset_x", "offset_y")}
    refuse_faults({one: None if abs(value) <= LARGEST_OFFSET else "offset-too-large" for one, value in found.items()})
    return found


def _code(
    db: DbSession,
    kind: Any,
    edition_id: int,
    values: Mapping[str, Any],
    word: str,
    *,
    beside: Mapping[str, Any] | None = None,
) -> str:
    taken = {*db.scalars(select(kind.code).where(kind.edition_id == edition_id)), *(beside or ())}
    code: str = values.get("code") or free_code(values["name"], taken, word)
    refuse_faults({"code": slug_fault(code), "name": name_fault(values["name"])})
    if code in taken:
        raise AlreadyExists(fields={"code": "taken"})
    return code


def with_geometry(db: DbSession, edition_id: int, said: Mapping[str, Any]) -> dict[str, Any]:
    """Options of a print with the geometry of the stock and the offset of the printer that they name, as they are now:
    a print keeps them. What is typed of the offset goes before. Raises Invalid for a printer that the edition has not;
    whether there is such a stock is told with the other options.
    """
    told = {name: value for name, value in said.items() if name != "geometry"}
    stock = STOCKS.get(told.get("stock") or "")
    if stock is None and told.get("stock"):
        own = _by_code(db, BadgeStock, edition_id, told["stock"])
        if own is not None:
            stock = stock_of(own)
            told["geometry"] = asdict(stock)
    if told.get("printer"):
        printer = _by_code(db, Printer, edition_id, told["printer"])
        if printer is None:
            raise Invalid(fields={"printer": "unknown"})
        if stock is not None and stock.sheet is not None:
            offset = {one: getattr(printer, one) for one in ("offset_x", "offset_y")}
            told |= {one: value for one, value in offset.items() if value and told.get(one) is None}
    return told


def device_of(db: DbSession, edition_id: int, said: str, printer: str | None) -> str:
    """What the print log calls where it is printed: as it was said, or as the edition calls the printer of a code."""
    row = _by_code(db, Printer, edition_id, printer) if printer and not said.strip() else None
    return pick(row.name, LANGUAGES[0])[:LONGEST_DEVICE] if row is not None else said.strip()


def _by_code(db: DbSession, kind: Any, edition_id: int, code: str) -> Any:
    return db.scalar(select(kind).where(kind.edition_id == edition_id, kind.code == code))

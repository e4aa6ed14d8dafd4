"""What may be asked of a print, and how a long one is cut. Pure."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from forumapp.core.errors import Invalid
from forumapp.core.values.text import LANGUAGES, is_visible, line_fault
from forumapp.domain.printing.paper.handout_boxes import MOST_BOXES
from forumapp.domain.printing.paper.page_formats import FOLDED, HALF, SIZES, WHOLE, Format
from forumapp.domain.printing.paper.sheet_layout import LARGEST_OFFSET, Flip, Placing
from forumapp.domain.printing.paper.stocks import STOCKS, Stock, stock_from
from forumapp.domain.registration.lists.filters import Badge

if TYPE_CHECKING:
    from collections.abc import Mapping

BATCH = 100
FEW = 500  # up to this many people, a query lists their ids
LISTS = ("languages", "corrects", "letters")
MARK = "^[0-9a-f]{16}$"  # of findings that block
LONGEST_DEVICE = 60  # of what a printer or a station is called
LONGEST_ANYWAY = 500  # of why something is printed in spite of what was found
STOCK_OF_PAGE = {"A4": "a6", "Letter": "us-4x3"}


@dataclass(frozen=True, slots=True)
class Options:
    """What is printed of an edition, and how. None and () leave it to the edition.

    `type` and `delegation` are codes; `delegation` takes its parts with it. `registration` is the id of a single one.
    `badge` is one of the words of `Badge`, for what has been printed so far. `boxes` are those into which badges are
    put for handing out, each with a list.
    `imposed` lays a book out for the office copier. `anyway` prints in spite of findings that block, and says why, in
    words; `despite` is the mark of those that were seen. `changed` leaves out what the last print of the paper
    says as well. `corrects` limits corrections to these papers, where the requester may not read all of them.
    `size` is a book's page, `large` its print; `bleed` and `marks` are for a print shop. `agenda` is the number of a
    published agenda, the last one unless it says which; an erratum tells what differs in it from the one of the number
    `since`. Cards name those who sit on the `plan` of seats of that code, or registrations; `speaking`
    keeps those with a part in the last published agenda; `untitled` ones show names alone. The people of a sign-in
    sheet are those of the `session` of that code. `letters` are the ids of issued letters; () means all of them.
    On sheets badges begin at the `first_label`, moved by the offset in mm; backs are right for the `flip` of the
    printer, and `guides` show where to cut. `printer` is the code of the one that it is meant for, whose offset stands
    here with it; `geometry` is that of a stock of the edition's own, as it was when this was asked.
    """

    stock: str | None = None
    type: str | None = None
    delegation: str | None = None
    registration: int | None = None
    badge: str | None = None
    boxes: int | None = None
    languages: tuple[str, ...] = ()
    imposed: bool = False
    anyway: str | None = None
    despite: str | None = None
    changed: bool = False
    corrects: tuple[str, ...] = ()
    size: str | None = None
    large: bool = False
    bleed: bool = False
    marks: bool = False
    agenda: int | None = None
    since: int | None = None
    plan: str | None = None
    speaking: bool = False
    untitled: bool = False
    session: str | None = None
    letters: tuple[int, ...] = ()
    first_label: int | None = None
    offset_x: float | None = None
    offset_y: float | None = None
    flip: str | None = None
    guides: bool = False
    printer: str | None = None
    geometry: Stock | None = None

    @property
    def plain(self) -> dict[str, Any]:
        """The options as a job stores them: only those that are set."""
        values = {key: value for key, value in asdict(self).items() if value not in (None, (), False)}
        return values | {key: list(values[key]) for key in LISTS if key in values}


CARD_PAPERS = ("tent-cards", "place-cards", "seat-signs", "lectern-signs")
FORMAL = ("invitations", "certificates")
CHOOSING = ("type", "delegation", "registration")  # whom a plan of seats chooses itself
CARDS = frozenset({"plan", *CHOOSING, "languages", "speaking", "untitled", "changed"})
ON_SHEETS = frozenset({"first_label", "offset_x", "offset_y", "flip", "guides"})
OWN = frozenset({"printer", "geometry"})
FOR_THE_SHOP = frozenset({"bleed", "marks"})
# Drawn when they are asked for, and by no job of a worker; they stand among the prints all the same.
AT_ONCE = ("seating-plans",)
IN_SPITE = frozenset({"anyway", "despite"})  # of every paper
# Which options mean something for which paper.
FITTING: Mapping[str, frozenset[str]] = {
    "badges": frozenset({"stock", "type", "delegation", "registration", "badge", "boxes", "languages", "changed"})
    | ON_SHEETS
    | OWN
    | FOR_THE_SHOP,
    "program": frozenset({"languages", "imposed", "size", "large", "bleed", "marks", "agenda"}),
    "pocket-agenda": frozenset({"languages", "agenda"}),
    "program-erratum": frozenset({"languages", "agenda", "since"}),
    **dict.fromkeys(CARD_PAPERS, CARDS),
    "fallback-pack": frozenset({"languages"}),
    "sign-in-sheets": frozenset({"session", "type", "delegation", "languages"}),
    **dict.fromkeys(FORMAL, frozenset({"letters", "type", "delegation", "registration"})),
    "itineraries": frozenset({"delegation", "languages", "imposed"}),
    "speaker-agendas": frozenset({"delegation", "languages", "imposed"}),
    "booklets": frozenset({"delegation", "registration", "languages", "imposed", "changed"}),
    "errata": frozenset({"delegation", "registration", "languages", "corrects"}),
}
WORKING = frozenset({"delegation", "languages", "changed"})  # of every working paper


def takes(paper: str, option: str) -> bool:
    return option in FITTING.get(paper, WORKING)


def fitted(paper: str, options: Options) -> Options:
    """Check that `options` fit the paper, and return them.

    Raises Invalid for options the paper does not support, for a selection combined with a seating plan, for an erratum
    against an agenda that is not earlier, and for papers that no print job makes.
    """
    if paper in AT_ONCE:
        raise Invalid(fields={"paper": "unknown"})
    strange = set(options.plain) - FITTING.get(paper, WORKING) - IN_SPITE
    if strange:
        raise Invalid(fields=dict.fromkeys(sorted(strange), "not-for-this-paper"))
    if options.plan is not None and (twice := [one for one in CHOOSING if getattr(options, one)]):
        raise Invalid(fields=dict.fromkeys(twice, "not-with-a-plan"))
    if options.since is not None and options.since >= (options.agenda or options.since + 1):
        raise Invalid(fields={"since": "not-earlier"})
    return options


def options_from(values: Mapping[str, Any]) -> Options:
    """Read the options of a print. Raises Invalid for unknown names and values.

    Codes are looked up by the services. An edition's custom stock comes with its geometry
    (`custom_stocks.with_geometry`).
    """
    stock = _find_stock(values)
    known = {field.name for field in fields(Options)}
    faults = {name: "unknown" for name in values if name not in known}
    if values.get("stock") is not None and stock is None:
        faults["stock"] = "unknown"
    if values.get("size") not in (None, *SIZES):
        faults["size"] = "unknown"
    if values.get("badge") not in (None, *Badge):
        faults["badge"] = "unknown"
    if values.get("boxes") is not None and not 1 <= values["boxes"] <= MOST_BOXES:
        faults["boxes"] = "too-many-boxes"
    languages = values.get("languages") or ()
    if not set(languages) <= set(LANGUAGES) or len(set(languages)) < len(languages):
        faults["languages"] = "unknown"
    if values.get("anyway") is not None and (fault := fault_of_anyway(values["anyway"])):
        faults["anyway"] = fault
    if values.get("despite") is not None and not re.fullmatch(MARK, values["despite"]):
        faults["despite"] = "unknown"
    faults = _check_placing(values, stock) | faults
    if faults:
        raise Invalid(fields=faults)
    own = None if values.get("stock") in STOCKS else stock
    return Options(**{**values, "geometry": own, **{name: tuple(values.get(name) or ()) for name in LISTS}})


def fault_of_anyway(why: object) -> str | None:
    """What is wrong with the words for why something goes out in spite of findings that block."""
    if not isinstance(why, str) or not is_visible(why):
        return "required"
    return "too-long" if len(why) > LONGEST_ANYWAY else line_fault(why)


def fault_of_device(name: str) -> str | None:
    """What is wrong with the name of a printer or station for the print log."""
    return "too-long" if len(name) > LONGEST_DEVICE else line_fault(name)


def _find_stock(values: Mapping[str, Any]) -> Stock | None:
    if not values.get("stock"):
        return None
    ready, own = STOCKS.get(values["stock"]), values.get("geometry")
    return ready or (stock_from(own) if own else None)


def _check_placing(values: Mapping[str, Any], stock: Stock | None) -> dict[str, str]:
    """The faults of the options for the position of badges on their stock."""
    if stock is None or stock.sheet is None:
        return {name: "only-on-sheets" for name in ON_SHEETS if values.get(name)}
    faults = {name: "only-single-badges" for name in FOR_THE_SHOP if values.get(name)}
    if not 1 <= (values.get("first_label") or 1) <= stock.sheet.places:
        faults["first_label"] = "no-such-label"
    for name in ("offset_x", "offset_y"):
        if not -LARGEST_OFFSET <= (values.get(name) or 0) <= LARGEST_OFFSET:
            faults[name] = "offset-too-large"
    if values.get("flip") not in (None, *Flip):
        faults["flip"] = "unknown"
    return faults


def placing_for(options: Options) -> Placing:
    return Placing(
        options.first_label or 1,
        options.offset_x or 0,
        options.offset_y or 0,
        Flip(options.flip or Flip.LONG),
        options.guides,
        options.bleed,
        options.marks,
    )


def format_for(options: Options, page_size: str) -> Format:
    """The format of a program book, of an edition with this paper. Raises Invalid for what does not go together."""
    size = options.size or (WHOLE if options.large else HALF)[page_size]
    faults = {}
    if options.large and size in FOLDED:
        faults["size"] = "too-small-for-large-print"
    if options.imposed and size not in FOLDED:
        faults["imposed"] = "only-half-sheets"
    if options.imposed and (options.bleed or options.marks):
        faults["imposed"] = "not-for-the-shop"
    if faults:
        raise Invalid(fields=faults)
    return Format(size, options.large, options.bleed, options.marks)


def stock_for(options: Options, page_size: str) -> Stock:
    return chosen_stock(options) or STOCKS[STOCK_OF_PAGE[page_size]]


def chosen_stock(options: Options) -> Stock | None:
    """The stock that was asked for; without one, badges are as large as the designs of their types."""
    return options.geometry or (STOCKS[options.stock] if options.stock else None)


def batches(count: int, size: int = BATCH) -> list[tuple[int, int]]:
    """From where to where (exclusive) each batch goes."""
    return [(start, min(start + size, count)) for start in range(0, count, size)]

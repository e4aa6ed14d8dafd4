"""Which checkpoint, stock and printer a desk has: chosen once, and kept by its browser."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from flask import g, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.checkin import rehearsals
from forumapp.domain.checkin.rules import CheckpointKind
from forumapp.domain.checkin.setup.checkpoints import list_checkpoints
from forumapp.domain.printing.custom_stocks import list_stocks, stock_of
from forumapp.domain.printing.paper.stocks import STOCKS
from forumapp.domain.printing.rules import LONGEST_DEVICE
from forumapp.web.forms.fields import Field, Pick
from forumapp.web.forms.forms import Form
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.printing.sheet_layout_fields import PRINTER, STOCK, printers
from forumapp.web.wording import labels
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from forumapp.domain.checkin.models import Checkpoint
    from forumapp.domain.printing.models import BadgeStock

SECTION = "desk"
COOKIE = "desk-station"
A_YEAR = 365 * 24 * 3600
# At which the desk checks people in unless it says otherwise: the first of the first kind that there is.
USUAL = (CheckpointKind.DOOR, CheckpointKind.VIP, CheckpointKind.SESSION, CheckpointKind.MEAL, CheckpointKind.HAND_OUT)


@dataclass(frozen=True, slots=True)
class DeskStation:
    """`checkpoint` is None where the edition has none; `hand_out` is where badges are handed out, if anywhere."""

    checkpoint: Checkpoint | None
    hand_out: Checkpoint | None
    stock: str
    printer: str
    device: str
    is_chosen: bool

    @property
    def stock_name(self) -> str:
        return dict(stocks()).get(self.stock, "")

    @property
    def printer_name(self) -> str:
        return dict(printers()).get(self.printer, "")


def stocks() -> list[tuple[str, str]]:
    """List stocks with one badge per page: a sheet of several would start on a used position."""
    own = [
        (stock.code, pick(stock.name, language())) for stock in list_stocks(reading(), edition().id) if is_single(stock)
    ]
    return [*own, *((code, words) for code, words in labels.STOCKS.items() if STOCKS[code].sheet is None)]


def is_single(stock: BadgeStock) -> bool:
    return stock_of(stock).sheet is None


def station_here() -> DeskStation:
    """Return the station that the browser remembers; what no longer exists is left out."""
    if "desk_station" not in g:
        g.desk_station = _read(list_checkpoints(reading(), edition().id))
    station: DeskStation = g.desk_station
    return station


def _read(checkpoints: Sequence[Checkpoint]) -> DeskStation:
    kept = dict(parse_qsl(request.cookies.get(COOKIE, "")))
    chosen = next((checkpoint for checkpoint in checkpoints if str(checkpoint.id) == kept.get("checkpoint")), None)
    order = [checkpoint for kind in USUAL for checkpoint in checkpoints if checkpoint.kind is kind]
    return DeskStation(
        chosen or next(iter(order), None),
        next((checkpoint for checkpoint in checkpoints if checkpoint.kind is CheckpointKind.HAND_OUT), None),
        kept.get("stock", "") if kept.get("stock") in dict(stocks()) else "",
        kept.get("printer", "") if kept.get("printer") in dict(printers()) else "",
        kept.get("device", "")[:LONGEST_DEVICE],
        bool(kept),
    )


def fields() -> tuple[Field, ...]:
    rows = list_checkpoints(reading(), edition().id)
    return (
        Pick(
            name="checkpoint",
            label=_l("Checkpoint"),
            help=_l("Where people are in once this desk has checked them in."),
            offer=lambda: [(str(row.id), pick(row.name, language())) for row in rows],
            empty=_l("Choose a checkpoint"),
            required=True,
        ),
        replace(STOCK, offer=stocks, help=_l("With one badge a page. Sheets of several are printed from the papers.")),
        replace(PRINTER, help=_l("It stands in the print log where this desk has no name.")),
        Field(
            name="device",
            label=_l("Name of this desk"),
            help=_l("Such as “Desk 2”. It stands in the print log."),
            longest=LONGEST_DEVICE,
        ),
    )


@blueprint.route("/<edition>/desk/station", methods=["GET", "POST"])
@needs(Permission.CHECK_IN)
def desk_station() -> ResponseReturnValue:
    here, described = station_here(), fields()
    if request.method == "GET":
        standing: dict[str, Any] = {"stock": here.stock, "printer": here.printer, "device": here.device}
        if here.checkpoint:
            standing["checkpoint"] = here.checkpoint.id
        return station_page(Form.empty(described, **standing))
    form = Form.sent(described, request.form)
    if form.faults:
        return station_page(form), 422
    answer = redirect(url_for("organizer.desk"), 303)
    kept = urlencode({name: value for name, value in form.values.items() if value})
    options: Any = {
        "max_age": A_YEAR,
        "path": url_for("organizer.desk"),
        "samesite": "Lax",
        "secure": request.is_secure,
    }
    answer.set_cookie(COOKIE, kept, httponly=True, **options)
    return answer


def station_page(form: Form) -> str:
    return render_template("organizer/desk/station.html", section=SECTION, form=form)


def is_rehearsal() -> bool:
    """Return whether a rehearsal is running."""
    if "desk_rehearses" not in g:
        g.desk_rehearses = rehearsals.running(reading(), edition().id, now=clock.now()) is not None
    return bool(g.desk_rehearses)


def rehearsal_seen() -> int | None:
    """Return the rehearsal that the page showed."""
    return request.form.get("rehearsal", 0, whole_number) or None


def submitted_checkpoint_id() -> int:
    """Return the checkpoint of the form, or this desk's."""
    here = station_here().checkpoint
    return request.form.get("checkpoint", 0, whole_number) or (here.id if here else 0)

"""All series and editions, and beginning a new edition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.values.text import LANGUAGES, pick
from forumapp.domain.accounts.access import access_to, require_creator
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.forums import queries
from forumapp.domain.forums.editions import services
from forumapp.web.forms.fields import Day, Field, LanguageOrder, Number, PickCode, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.suggested_fields import Zone
from forumapp.web.organizer.kit.guard import blueprint, first_page, may_begin, my_editions
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition

NAME = Texts(name="name", label=_l("Name"), required=True)
ORDINAL = Number(
    name="ordinal",
    label=_l("Ordinal"),
    help=_l("Which edition of the series it is: 5 for the fifth. It is printed as it stands here."),
    required=True,
    least=1,
)
FIRST_DAY = Day(name="starts_on", label=_l("First day"), required=True)
LAST_DAY = Day(name="ends_on", label=_l("Last day"), help=_l("Left empty, the forum lasts one day."))
PLACE = Texts(name="place", label=_l("Place"), help=_l("City and country as they are printed."))
ZONE = Zone(
    name="zone",
    label=_l("Time zone"),
    help=_l("The zone of the place, such as America/Los_Angeles."),
    required=True,
)
SPOKEN = LanguageOrder(name="languages", label=_l("Languages"), help=_l("The first one leads on paper."), required=True)
ADDRESS = Field(
    name="slug",
    label=_l("Web address"),
    help=_l("The last part of it. Left empty, it is made of the series and the year, as in ccbf-2023."),
    longest=60,
)


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Redirect to the caller's only edition, list several, or offer to create the first."""
    editions = my_editions()
    if len(editions) == 1:
        return redirect(first_page(editions[0]))
    return edition_form(empty_form()) if not editions and may_begin() else list_page()


@blueprint.get("/editions")
def editions() -> str:
    return list_page()


def list_page() -> str:
    """List the caller's editions by series, with the public ones. Those who may create editions see empty series."""
    db = reading()
    mine = {own_edition.id for own_edition in my_editions()}
    visible = queries.list_visible_editions(db, mine)
    return render_template(
        "organizer/editions/list.html",
        mine=mine,
        to_clone={
            edition_id
            for edition_id in mine
            if access_to(db, edition_id, actor=actor()).allows(Permission.CREATE_EDITIONS)
        },
        groups=[
            (series, [row for row in visible if row.series_id == series.id])
            for series in queries.list_series(db)
            if may_begin() or any(row.series_id == series.id and row.id in mine for row in visible)
        ],
    )


@blueprint.route("/editions/new", methods=["GET", "POST"])
def new_edition() -> ResponseReturnValue:
    require_creator(reading(), actor=actor())
    if request.method == "GET":
        return edition_form(empty_form())
    form = Form.sent(fields(), request.form)
    made: list[Edition] = []

    def create(db: DbSession) -> None:
        made.append(begin(db, form.values))

    if not saved(form, create):
        return edition_form(form), 422
    flash(_("The edition has been created. It is a draft that only organizers see."), "ok")
    return redirect(url_for("organizer.overview", edition=made[0].slug))


def begin(db: DbSession, values: dict[str, Any]) -> Edition:
    """Create an edition of the chosen series, or of a new one with the edition's name."""
    values = dict(values)
    by: dict[str, Any] = {"actor": actor(), "now": clock.now()}
    code = values.pop("series", None)
    series = (
        queries.get_series(db, code)
        if code
        else services.begin_series(db, values["name"], values["starts_on"].year, **by)
    )
    return services.create_edition(db, {**values, "series_id": series.id}, **by)


def fields() -> tuple[Field, ...]:
    return (*([SERIES] if offered_series() else []), NAME, ORDINAL, FIRST_DAY, LAST_DAY, PLACE, ZONE, SPOKEN, ADDRESS)


def offered_series() -> list[tuple[str, Any]]:
    return [(series.code, pick(series.name, language())) for series in queries.list_series(reading())]


SERIES = PickCode(
    name="series",
    label=_l("Series"),
    offer=offered_series,
    empty=_l("A new series, named like the edition without its year"),
)


def empty_form() -> Form:
    """Return the empty form, in the reader's language first, with the zone and series of the caller's last edition."""
    last = my_editions()[0] if my_editions() else None
    given: dict[str, Any] = {"languages": [language(), *(code for code in LANGUAGES if code != language())]}
    if last:
        given |= {"zone": last.zone, "series": last.series.code}
    return Form.empty(fields(), **given | {"series": request.args.get("series", given.get("series"))})


def edition_form(form: Form) -> str:
    return render_template("organizer/editions/new.html", form=form, is_first=not my_editions())

"""The run of show: the published agenda line by line with the cues that go with it; and signs for the doors."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.text import pick
from forumapp.core.values.times import zone_named
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda import queries
from forumapp.domain.agenda.content.snapshots import name_in
from forumapp.domain.agenda.days import later
from forumapp.domain.agenda.run_of_show import cues
from forumapp.domain.agenda.run_of_show.lines import offsets
from forumapp.schemas.choices import Department
from forumapp.web.forms.agenda_fields import Whole
from forumapp.web.forms.fields import Choice, Field, Number, Pick, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.imports.imports import table_file
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed
from forumapp.web.organizer.program.session_form import SECTION
from forumapp.web.wording import labels
from forumapp.web.wording.language import language
from forumapp.web.wording.words import day_of_year, marked_time

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.models import Cue, Session
    from forumapp.domain.audit.models import Removal

SHOW = "/<edition>/agenda/run-of-show"
CUE = f"{SHOW}/cues/<id:cue_id>"
SHEET = f"{SHOW}/sheets/<id:number>"
A_DAY = 24 * 60
NOTE_FIELDS = (
    Texts(
        name="note",
        label=_l("What has changed"),
        help=_l(
            "Printed at the head of the sheet, with whatever else crews need: who is called when, and whom to ring."
        ),
        multiline=True,
    ),
)


def sessions() -> list[tuple[str, str]]:
    return [(str(row.id), titled(row)) for row in queries.scheduled(reading(), edition().id)]


def items() -> list[tuple[str, str]]:
    """Those of the session that is chosen, or that the cue is in; all of an agenda would be thousands."""
    cue_id = (request.view_args or {}).get("cue_id")
    stands = cues.get_cue(reading(), edition().id, cue_id).session_id if cue_id else 0
    session_id = request.values.get("session_id", stands, whole_number)
    return [
        (str(item.id), pick(item.title, language())) for item in queries.items_of(reading(), [session_id])[session_id]
    ]


def titled(row: Session) -> str:
    title = pick(row.title, language()) or row.code
    return f"{day_of_year(row.start_wall)} {row.start_wall:%H:%M} {title}" if row.start_wall else title


FIELDS = (
    Pick(name="session_id", label=_l("Session"), offer=sessions, required=True, empty=_l("Choose a session")),
    Pick(
        name="item_id",
        label=_l("Item"),
        help=_l("Those of the chosen session. Left empty, the moment counts from when the session begins."),
        offer=items,
        empty=_l("The whole session"),
    ),
    Whole(
        name="offset_minutes",
        label=_l("Minutes after it begins"),
        help=_l("0 is when it begins, -5 is five minutes before."),
        least=-A_DAY,
        most=A_DAY,
    ),
    Number(name="minutes", label=_l("How many minutes it takes"), least=1),
    Choice(name="department", label=_l("Department"), kind=Department, required=True),
    Texts(name="text", label=_l("What happens"), required=True, multiline=True),
    Field(name="owner", label=_l("Owner"), help=_l("Who acts.")),
)


@blueprint.get(SHOW)
@needs(Permission.SEE_AGENDA)
def run_of_show() -> str:
    return show_page(Form.empty(NOTE_FIELDS))


def show_page(form: Form) -> str:
    db = reading()
    agenda = queries.latest_version(db, edition().id)
    content = cues.working_sheet(db, edition().id, agenda) if agenda else {"days": []}
    only = request.args.get("department", "")
    days = days_of(content, only)
    shown_day = request.args.get("day", "")
    if shown_day not in {day.isoformat() for day, _lines in days}:
        shown_day = days[0][0].isoformat() if days else ""
    return render_template(
        "organizer/agenda/run_of_show.html",
        section=SECTION,
        agenda=agenda,
        form=form,
        only=only,
        departments=labels.options(Department),
        dates=[day for day, _lines in days],
        shown_day=shown_day,
        days=[(day, lines) for day, lines in days if day.isoformat() == shown_day],
        lost=cues.lost_cues(db, edition().id, agenda) if agenda else cues.cues_of(db, edition().id),
        sheets=cues.sheets_page(db, edition().id, number=request.args.get("page", 1, whole_number)),
    )


def days_of(content: dict[str, Any], only: str = "") -> list[tuple[date, list[dict[str, Any]]]]:
    """Return the days of a sheet, filtered to one department if given."""
    days = [(date.fromisoformat(day["date"]), day["lines"]) for day in content["days"]]
    return [
        (
            day,
            [
                shown(line, day, content["zone"], after)
                for line, after in zip(lines, offsets(lines), strict=True)
                if not only or line["department"] in ("", only)
            ],
        )
        for day, lines in days
    ]


def shown(line: dict[str, Any], day: date, zone: str, after: int | None) -> dict[str, Any]:
    """`after` is how many minutes after its session begins it is."""
    people = [{**person, "name": name_in(person)} for person in line["people"]]
    department = Department(line["department"]) if line["department"] else None
    starts = datetime.fromisoformat(line["utc"]).astimezone(zone_named(zone))
    times = {"starts": starts, "later": later(day, starts), "after": after}
    # Sheets issued earlier have no list of needs.
    return {"av_needs": "", **line, **times, "people": people, "department": department}


@blueprint.post(f"{SHOW}/sheets")
@needs(Permission.EDIT_AGENDA)
def issue_sheet() -> ResponseReturnValue:
    form = Form.sent(NOTE_FIELDS, request.form)
    if form.faults:
        return show_page(form), 422
    try:
        with transaction() as db:
            number = cues.issue_cue_sheet(db, edition().id, **form.values, actor=actor(), now=clock.now()).number
    except cues.NothingPublished:
        flash(_("Publish the agenda first: the run of show is made from it."), "bad")
        return redirect(url_for("organizer.run_of_show"))
    flash(_("Sheet %(number)s of the run of show is issued.", number=number), "ok")
    return redirect(url_for("organizer.cue_sheet", number=number))


@blueprint.get(f"{SHEET}/table/<form>")
@needs(Permission.SEE_AGENDA)
def cue_sheet_table(number: int, form: str) -> Response:
    """Return the table of cues. Each row names its sheet, because files get renamed."""
    content = cues.issued_sheet(cues.get_sheet(reading(), edition().id, number))
    name_parts = [pick(edition().name, language()), str(number), str(content["agenda"])]
    rows = [[*row, *name_parts] for row in rows_of(content)]
    return table_file(form, headings(), rows, f"{edition().slug}-run-of-show-{number}")


def headings() -> list[str]:
    times = (_("Day"), _("Time"), _("Minutes"), _("Minutes from the session's start"))
    what = (_("What happens"), _("What happens (other language)"), _("People"), _("Pronunciation"), _("Room"))
    who = (_("Department"), _("Owner"), _("A/V needs"))
    return [*times, *what, *who, _("Edition"), _("Sheet"), _("Version of the agenda")]


def rows_of(content: dict[str, Any]) -> list[list[str | int]]:
    """Return one row per line."""
    return [row_of(day, line) for day, lines in days_of(content) for line in lines]


def row_of(day: date, line: dict[str, Any]) -> list[str | int]:
    title = pick(line["title"], language())
    people = [
        (" ".join(filter(None, (person["name"].latin, person["name"].native_full))), person)
        for person in line["people"]
    ]
    return [
        day.isoformat(),
        f"{marked_time(line['starts'])} {line['later']}".rstrip(),
        line["minutes"] or "",
        "" if line["after"] is None else line["after"],
        title,
        next((text for text in line["title"].values() if text != title), ""),
        "; ".join(
            _("%(name)s (%(role)s)", name=name, role=labels.assignment_role(person["role"])) for name, person in people
        ),
        "; ".join(f"{name}: {person['pronunciation']}" for name, person in people if person["pronunciation"]),
        _("All rooms") if line["in_all_rooms"] else pick(line["room"], language()),
        labels.label(line["department"]) if line["department"] else "",
        line["owner"],
        line["av_needs"],
    ]


@blueprint.route(f"{SHOW}/cues/new", methods=["GET", "POST"])
@needs(Permission.EDIT_AGENDA)
def new_cue() -> ResponseReturnValue:
    if request.method == "GET":
        given = {name: request.args.get(name, "") for name in ("session_id", "item_id")}
        return cue_page(Form.empty(FIELDS, offset_minutes=0, department="stage", **given))
    form = Form.sent(FIELDS, request.form)

    def add(db: DbSession) -> None:
        cues.add_cue(db, edition().id, form.values, actor=actor(), now=clock.now())

    if not saved(form, add):
        return cue_page(form), 422
    flash(_("The cue has been added."), "ok")
    return redirect(url_for("organizer.run_of_show"))


@blueprint.route(CUE, methods=["GET", "POST"])
@needs(Permission.SEE_AGENDA, to_change=Permission.EDIT_AGENDA)
def cue(cue_id: int) -> ResponseReturnValue:
    def current() -> Cue:
        return cues.get_cue(reading(), edition().id, cue_id)

    row = current()
    if request.method == "GET":
        return cue_page(Form.of(FIELDS, row), row)
    form = Form.sent(FIELDS, request.form, row)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        cues.update_cue(db, edition().id, cue_id, form.values, **by)

    if not saved(form, change, current):
        return cue_page(form, current()), form.status
    flash(_("The cue has been saved."), "ok")
    return redirect(url_for("organizer.run_of_show"))


@blueprint.post(f"{CUE}/remove")
@needs(Permission.EDIT_AGENDA)
def remove_cue(cue_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        return cues.remove_cue(db, edition().id, cue_id, version=version or 0, actor=actor(), now=now)

    return removed(remove, _("The cue has been removed."), url_for("organizer.run_of_show"))


def cue_page(form: Form, row: Cue | None = None) -> str:
    return render_template(
        "organizer/agenda/cue.html",
        section=SECTION,
        form=form,
        row=row,
        history=past("cue", row.id) if row else [],
    )

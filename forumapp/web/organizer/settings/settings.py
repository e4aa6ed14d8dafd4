"""Settings of an edition: names, dates, place, and organizer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Stale
from forumapp.core.values.numbers import whole_number
from forumapp.domain.accounts.access import Archived
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.checkin.setup.date_change import LeftBehind, change_edition
from forumapp.domain.forums import queries
from forumapp.domain.forums.calendar.tasks import days_of
from forumapp.domain.forums.editions import archiving, services
from forumapp.domain.forums.editions.archiving import NotArchived, StillDraft
from forumapp.schemas.choices import EditionStatus, PageSize, PrintBlock
from forumapp.web.forms.colors import Color
from forumapp.web.forms.fields import Choice, Day, Email, Number, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.pictures import PictureField
from forumapp.web.forms.repeated_fields import Several
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, is_archived, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import tell_saved
from forumapp.web.organizer.kit.versioned_actions import ask_again
from forumapp.web.organizer.settings.editions import FIRST_DAY, NAME, ORDINAL, PLACE, SPOKEN, ZONE
from forumapp.web.organizer.settings.task_calendar import offer_shift
from forumapp.web.wording import labels

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition

SECTION = "settings"


@dataclass(frozen=True, kw_only=True)
class Stage(Choice):
    """A status; archiving, which not everyone may, is a step of its own."""

    kind: type[StrEnum] = EditionStatus

    @property
    def options(self) -> list[tuple[str, Any]]:
        return [pair for pair in super().options if pair[0] != EditionStatus.ARCHIVED or is_archived()]


FIELDS = (
    NAME,
    Texts(name="theme", label=_l("Theme")),
    PLACE,
    ORDINAL,
    Number(name="year", label=_l("Year"), required=True, least=1900),
    FIRST_DAY,
    Day(name="ends_on", label=_l("Last day"), required=True),
    ZONE,
    SPOKEN,
    Choice(name="page_size", label=_l("Page size of papers"), kind=PageSize, required=True),
    Several(
        name="print_blocks",
        label=_l("What stops a print"),
        offer=lambda: labels.options(PrintBlock),
        help=_l(
            "Checked problems and missing characters stop a print job until they are fixed or someone overrides them "
            "with a reason. Other problems only warn. Missing translations print in the other language."
        ),
    ),
    Color(
        name="accent_color",
        label=_l("Accent color"),
        as_text=True,
        required=True,
    ),
    PictureField(name="logo", label=_l("Logo"), help=_l("Shown on the first page of the site.")),
    Day(
        name="changes_until",
        label=_l("Registrants can edit until"),
        help=_l("The last day on which they can, by their personal link. Left empty, it is the day before the forum."),
    ),
    Email(
        name="contact_email",
        label=_l("Mail address for registrants"),
        help=_l("Contact address shown after that date. Everyone who is registered sees it."),
    ),
    Stage(name="status", label=_l("Status"), help=_l("A draft is shown to organizers alone."), required=True),
)


@blueprint.route("/<edition>/settings", methods=["GET", "POST"])
@needs(Permission.SEE_EDITION, to_change=Permission.EDIT_EDITION)
def settings() -> ResponseReturnValue:
    if request.method == "GET":
        return settings_page(Form.of(FIELDS, edition()))
    form, before, now = Form.sent(FIELDS, request.form, edition()), days_of(edition()), clock.now()

    def change(db: DbSession) -> None:
        knows = request.form.get("moves_to") == moves_to(form)
        by: Any = {"version": form.based_on, "actor": actor(), "now": now}
        change_edition(db, edition().id, form.values, leaves_behind=knows, **by)

    try:
        done = saved(form, change, lambda: queries.get_edition(reading(), edition().slug))
    except LeftBehind as outside:
        form.keep_pictures()
        return settings_page(form, outside)
    if not done:
        return settings_page(form), form.status
    tell_saved(_("The settings have been saved."), "picture", edition().id, since=now)
    offer_shift(before)
    return redirect(url_for("organizer.settings"))


@blueprint.post("/<edition>/settings/go-live")
@needs(Permission.EDIT_EDITION)
def go_live() -> ResponseReturnValue:
    """Show a draft edition to the public; leads back to the page that offered it."""
    version = request.form.get("version", 0, whole_number)
    page = "versions" if request.form.get("from") == "versions" else "settings"
    back = url_for(f"organizer.{page}")
    if edition().status != EditionStatus.DRAFT:
        flash(_("The edition is public already."), "info")
        return redirect(back)
    try:
        with transaction() as db:
            services.update_edition(
                db, edition().id, {"status": EditionStatus.OPEN}, version=version, actor=actor(), now=clock.now()
            )
    except Stale as refusal:
        return ask_again(refusal, _("Go live"), back)
    flash(_("The edition is live: its public pages can be opened by everyone."), "ok")
    return redirect(back)


@blueprint.post("/<edition>/settings/archive")
@needs(Permission.ARCHIVE_EDITION)
def archive() -> ResponseReturnValue:
    words = _("The edition has been archived. It is read-only now.")
    return changed_stage(archiving.archive_edition, _("Archive the edition"), words)


@blueprint.post("/<edition>/settings/reopen")
@needs(Permission.ARCHIVE_EDITION)
def reopen() -> ResponseReturnValue:
    words = _("The edition has been reopened. Registration stays closed until you open it.")
    return changed_stage(archiving.reopen_edition, _("Reopen it"), words)


@blueprint.post("/<edition>/settings/names")
@needs(Permission.EDIT_EDITION)
def take_names() -> ResponseReturnValue:
    words = _("Papers and pages show today's names now.")
    return changed_stage(archiving.take_names_of_now, _("Use today's names"), words)


def changed_stage(step: Callable[..., Edition], do: str, words: str) -> ResponseReturnValue:
    """Archive or reopen the edition, or take its names, as it was looked at. `do` is the button that does it where
    someone was faster.
    """
    version = request.form.get("version", 0, whole_number)
    try:
        with transaction() as db:
            step(db, edition().id, version=version, actor=actor(), now=clock.now())
    except Stale as refusal:
        return ask_again(refusal, do, url_for("organizer.settings"))
    except (Archived, NotArchived):
        flash(_("Someone else has done this already."), "info")
    except StillDraft:
        flash(_("A draft is not archived: nobody but organizers has seen it."), "bad")
    else:
        flash(words, "ok")
    return redirect(url_for("organizer.settings"))


def moves_to(form: Form) -> str:
    """Return the new dates as text, which confirms that the page showed what falls outside them."""
    return f"{form.values['starts_on']} {form.values['ends_on']}"


def settings_page(form: Form, outside: LeftBehind | None = None) -> str:
    return render_template(
        "organizer/settings/one.html",
        section=SECTION,
        form=form,
        outside=outside,
        moves_to=moves_to(form) if outside else "",
        names_are_kept=archiving.names_are_kept(reading(), edition()),
        history=past("edition", edition().id),
    )

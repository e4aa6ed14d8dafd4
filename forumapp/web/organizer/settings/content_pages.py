"""The pages that organizers write, both languages side by side, as they will be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.values.text import LANGUAGES, pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.forums.pages import queries
from forumapp.domain.forums.pages import services as pages_services
from forumapp.schemas.choices import ContentKind
from forumapp.web.forms.fields import PARAGRAPHS, Choice, Field, Flag, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.ordering import Arrangement, order_refused, place_on_page
from forumapp.web.forms.pictures import PictureField
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed, tell_saved
from forumapp.web.organizer.kit.suggestions import person_box
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.forums.models import ContentPage

SECTION = "pages"


@dataclass(frozen=True, kw_only=True)
class Written(Texts):
    """Markdown in several languages side by side, each with a preview."""

    multiline: bool = True
    trigger: str = "input changed delay:400ms"  # the event that updates the preview
    control: ClassVar[str] = "written"

    def preview(self, code: str) -> str:
        """Return the address that previews the text of a language."""
        return url_for("organizer.preview_page", of=code)

    def previewed(self, raw: Mapping[str, Any], code: str) -> Markup:
        return preview(raw[f"{self.name}.{code}"] or "", code)


FIELDS = (
    Choice(name="kind", label=_l("Kind"), kind=ContentKind, required=True),
    Texts(name="title", label=_l("Heading"), required=True),
    Written(
        name="body",
        label=_l("Text"),
        help=_l(
            "**bold**, # heading, - list, [words](https://address). Tables, mail addresses and phone numbers work as"
            " well: [desk](tel:+12135550100)."
        ),
    ),
    person_box("signatory_id", _l("Signed by"), help=_l("For a letter. Names and titles are those of this edition.")),
    PictureField(
        name="picture",
        label=_l("Picture"),
        help=_l("Of a letter, who signs it: their photo is taken where none is chosen here."),
    ),
    Flag(name="on_site", label=_l("Shown on the site")),
    Flag(name="in_program", label=_l("Printed in the program book")),
)
CODE = Field(
    name="code",
    label=_l("Short code"),
    help=_l("It ends the address of the page on the site. Made from the English heading if left empty."),
)


@blueprint.get("/<edition>/pages", endpoint="pages")
@needs(Permission.SEE_EDITION)
def pages_page(arrangement: Arrangement | None = None) -> str:
    rows = queries.list_pages(reading(), edition().id)
    arrangement = arrangement or Arrangement.of(rows)
    return render_template(
        "organizer/contents/list.html",
        section=SECTION,
        rows=arrangement.sorted(rows),
        arrangement=arrangement,
        theirs=[pick(row.title, language()) for row in arrangement.sorted_as_theirs(rows)],
    )


@blueprint.post("/<edition>/pages/order")
@needs(Permission.EDIT_EDITION)
def order_pages() -> ResponseReturnValue:
    def change(db: DbSession, ids: list[int], version: int) -> None:
        pages_services.order_pages(db, edition().id, ids, version=version, actor=actor(), now=clock.now())

    if refused := order_refused(change, lambda: queries.content_order(reading(), edition().id)):
        return pages_page(refused), 412
    return redirect(url_for("organizer.pages", _anchor=place_on_page()))


@blueprint.post("/<edition>/pages/preview")
@needs(Permission.EDIT_EDITION)
def preview_page() -> str:
    """Render the preview fragment of the text in one language."""
    code = request.args.get("of", LANGUAGES[0])
    return preview(request.form.get(f"body.{code}", "")[:PARAGRAPHS], code if code in LANGUAGES else "en")


def preview(text: str, code: str) -> Markup:
    return Markup(render_template("organizer/contents/preview.html", text=text, code=code))  # noqa: S704 (it escapes)


@blueprint.route("/<edition>/pages/new", methods=["GET", "POST"])
@needs(Permission.EDIT_EDITION)
def new_page() -> ResponseReturnValue:
    fields = (*FIELDS, CODE)
    if request.method == "GET":
        asked = request.args.get("kind")
        kind = ContentKind(asked) if asked in tuple(ContentKind) else ContentKind.PRACTICAL
        return written_page(Form.empty(fields, kind=kind, on_site=True, in_program=True), None)
    form = Form.sent(fields, request.form)

    def create(db: DbSession) -> None:
        pages_services.create_page(db, edition().id, form.values, actor=actor(), now=clock.now())

    if not saved(form, create):
        return written_page(form, None), 422
    flash(_("The page has been added."), "ok")
    return redirect(url_for("organizer.pages"))


@blueprint.route("/<edition>/pages/<code>", methods=["GET", "POST"])
@needs(Permission.SEE_EDITION, to_change=Permission.EDIT_EDITION)
def page(code: str) -> ResponseReturnValue:
    row = queries.get_page(reading(), edition().id, code)
    if request.method == "GET":
        return written_page(Form.of(FIELDS, row), row)
    form, page_id = Form.sent(FIELDS, request.form, row), row.id
    now = clock.now()

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": now}
        pages_services.update_page(db, edition().id, page_id, form.values, **by)

    def current() -> ContentPage:
        return queries.get_page(reading(), edition().id, code)

    if not saved(form, change, current):
        return written_page(form, current()), form.status
    tell_saved(_("The page has been saved."), "picture", page_id, since=now)
    return redirect(url_for("organizer.pages"))


@blueprint.post("/<edition>/pages/<code>/remove")
@needs(Permission.EDIT_EDITION)
def remove_page(code: str) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        row = queries.get_page(db, edition().id, code)
        return pages_services.remove_page(db, edition().id, row.id, version=version or 0, actor=actor(), now=now)

    kept = url_for("organizer.page", code=code)
    return removed(remove, _("The page has been removed."), url_for("organizer.pages"), kept=kept)


def written_page(form: Form, row: ContentPage | None) -> str:
    history = past("content_page", row.id) if row else []
    return render_template("organizer/contents/one.html", section=SECTION, form=form, row=row, history=history)

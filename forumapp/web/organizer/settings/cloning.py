"""Clone this edition."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.values.text import ordinal, pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.cloning.parts import OPTIONAL, parts_coming, parts_left
from forumapp.domain.cloning.services import clone_edition
from forumapp.domain.forums.queries import list_visible_editions
from forumapp.web.forms.fields import Day, Field, Number, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.repeated_fields import Several
from forumapp.web.organizer.kit.guard import access, blueprint, edition, my_editions, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.settings.editions import ADDRESS, FIRST_DAY, NAME, ORDINAL, PLACE, ZONE
from forumapp.web.wording.language import language
from forumapp.web.wording.words import listed

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition

COMES: dict[str, Any] = {
    "edition-places": _l("Places of the whole forum, with nobody in them"),
    "consent-texts": _l("Texts of consents"),
    "registration-types": _l("Registration types with their questions, closed"),
    "tracks": _l("Tracks"),
    "finding-severities": _l("Warning rules"),
    "venues": _l("Venues"),
    "rooms": _l("Rooms"),
    "itinerary-places": _l("Locations"),
    "itinerary-settings": _l("Minutes and emergency numbers of itineraries"),
    "badge-designs": _l("Badge designs"),
    "badge-stocks": _l("Stocks of badges"),
    "badge-printers": _l("Printers"),
    "sponsor-levels": _l("Sponsor levels"),
    "hosts": _l("Hosts and sponsors"),
    "content-pages": _l("Content pages: the texts, not published yet"),
    "mail-texts": _l("Email templates"),
    "mail-reminders": _l("Reminders, at the same distance"),
    "letter-forms": _l("Texts of invitations and certificates, without who signs"),
    "precedence-lists": _l("Orders of precedence, with nobody in them"),
    "retention-rules": _l("Days of data retention, moved"),
    "tasks": _l("Tasks of the calendar, moved and open"),
}
STAYS: dict[str, Any] = {
    "registrations": _l("Registrations and their codes"),
    "sessions": _l("Sessions and their speakers"),
    "agenda-versions": _l("Published agendas"),
    "delegations": _l("Delegations and their members"),
    "itinerary-items": _l("Itinerary items and flights"),
    "titles": _l("Titles of people in this edition"),
    "precedence-entries": _l("Places of people in the orders of precedence"),
    "invitations": _l("Invitations"),
    "place-blocks": _l("Blocks of places"),
    "registration-groups": _l("Groups with one contact"),
    "name-proofs": _l("Name check"),
    "access": _l("People with access and their tokens"),
    "print-jobs": _l("Prints"),
    "letters": _l("Letters that were issued"),
}
ALONG = Several(
    name="along",
    label=_l("Take along"),
    offer=lambda: [(key, COMES[key]) for key in sorted(OPTIONAL, reverse=True)],
)
SAME_LENGTH = Day(name="ends_on", label=_l("Last day"), help=_l("Left empty, it lasts as many days as this one."))
YEAR = Number(name="year", label=_l("Year"), help=_l("Left empty, it is the year of the first day."), least=1900)


@blueprint.route("/<edition>/clone", methods=["GET", "POST"])
@needs(Permission.CREATE_EDITIONS)
def clone() -> ResponseReturnValue:
    source = edition()
    if request.method == "GET":
        given = {"place": source.place, "zone": source.zone, "along": OPTIONAL}
        return clone_page(Form.empty(fields(source), **given))
    form = Form.sent(fields(source), request.form)
    made: list[Edition] = []

    def create(db: DbSession) -> None:
        values = dict(form.values)
        without = OPTIONAL - set(values.pop("along"))
        made.append(clone_edition(db, source.id, values, without=without, actor=actor(), now=clock.now()))

    if not saved(form, create):
        return clone_page(form), 422
    flash(_("The new edition has been created. It is a draft that only organizers see."), "ok")
    return redirect(url_for("organizer.overview", edition=made[0].slug))


def fields(source: Edition) -> tuple[Field, ...]:
    shown = pick(source.name, language())
    name = _("Left empty, it is “%(name)s” with the new year.", name=shown)
    address = _("The last part of it. Left empty, it is “%(address)s” with the new year.", address=source.slug)
    return (
        replace(ORDINAL, help=taken_ordinals(source)),
        FIRST_DAY,
        SAME_LENGTH,
        replace(NAME, required=False, help=name),
        YEAR,
        Texts(name="theme", label=_l("Theme"), help=last_theme(source)),
        PLACE,
        ZONE,
        replace(ADDRESS, help=address),
        ALONG,
    )


def last_theme(source: Edition) -> str:
    shown = pick(source.theme, language())
    return str(_("The last one was “%(theme)s”. It does not come along by itself.", theme=shown)) if shown else ""


def taken_ordinals(source: Edition) -> str:
    """Which editions of the series there are: years are skipped, so that the next number is for people to say."""
    visible = list_visible_editions(reading(), {own_edition.id for own_edition in my_editions()})
    known = sorted((row.ordinal, row.year) for row in visible if row.series_id == source.series_id)
    editions = [_("%(nth)s (%(year)s)", nth=ordinal(number, language()), year=year) for number, year in known]
    return str(_("Which edition of the series it is. So far there are: %(editions)s.", editions=listed(editions)))


def clone_page(form: Form) -> str:
    db = reading()
    return render_template(
        "organizer/cloning/clone.html",
        section="settings",
        form=form,
        coming=[(COMES[part.key], part) for part in parts_coming(db, edition().id) if part.count],
        staying=[(STAYS[part.key], part) for part in parts_left(db, access()) if part.count != 0],
    )

"""The log of the organizer's own account."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import escape

from forumapp.core.database.transactions import reading
from forumapp.core.values.numbers import whole_number
from forumapp.domain.accounts.access import access_to
from forumapp.domain.log.naming import names_in
from forumapp.domain.log.own import own_page
from forumapp.web.organizer.history.log import by_day, delegations_of, in_words
from forumapp.web.organizer.history.log_values import Knowing
from forumapp.web.organizer.kit.guard import blueprint, my_editions
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.wording import labels
from forumapp.web.wording.words import t

if TYPE_CHECKING:
    from forumapp.domain.log.naming import Names
    from forumapp.domain.log.own import OwnLine
    from forumapp.web.organizer.history.log import Entry


@blueprint.get("/account/log")
def own_log() -> str:
    page = own_page(reading(), current_user.id, number=request.args.get("page", 1, whole_number))
    names = names_in(reading(), [line.line for line in page.items], None)
    zone = next((edition.zone for edition in my_editions()), "UTC")
    entries = [_entry(line, names, zone) for line in page.items]
    return render_template("organizer/account/log.html", tab="log", page=page, days=by_day(entries, zone), zone=zone)


def _entry(line: OwnLine, names: Names, zone: str) -> Entry:
    """Colleagues are named, and the tokens that they used are not."""
    entry = in_words(line.line, names, _knowing(names, line.edition_id, zone))
    if line.line.entity != "api_token":  # the account's name, which is the reader's own
        entry = replace(entry, name=t(line.edition) if line.edition else escape(entry.kind))
    if line.line.actor_id == current_user.id:
        return replace(entry, by=str(_("You")))
    return replace(entry, through=labels.label(line.line.via))


def _knowing(names: Names, edition_id: int | None, zone: str) -> Knowing:
    """Delegations by their names as long as the reader works on their edition, and is let in there."""
    mine = edition_id is not None and bool(access_to(reading(), edition_id, actor=actor()).roles)
    delegation = delegations_of(edition_id) if edition_id is not None and mine else str
    return Knowing(names=names, zone=zone, question=lambda _code: None, delegation=delegation)

"""What the public pages of an edition share: finding it, and the way between its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import render_template, url_for
from flask_babel import gettext as _

from forumapp.core.database.transactions import reading
from forumapp.core.values.text import pick
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.forums.pages.queries import headings_on_site
from forumapp.domain.forums.queries import get_public_edition
from forumapp.schemas.choices import EditionStatus
from forumapp.web.frame import Link
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from forumapp.domain.forums.models import Edition

# The actor of a public page.
VISITOR = Actor(None, Via.PAGE)


def edition_named(slug: str) -> Edition:
    """The edition with this slug; a draft is not there for the public. Raises NotFound."""
    return get_public_edition(reading(), slug)


def is_taking(edition: Edition) -> bool:
    """Whether the edition as a whole takes registrations; each type says for itself too."""
    return edition.status == EditionStatus.OPEN


def is_archived(edition: Edition) -> bool:
    """Whether the edition is archived, and therefore read-only."""
    return edition.status == EditionStatus.ARCHIVED


def render(template: str, edition: Edition, section: str, **values: Any) -> str:
    """A page of the edition, with the way to the others."""
    ways = [] if edition.status == EditionStatus.DRAFT else navigation(edition)  # which are not there yet
    return render_template(template, edition=edition, section=section, navigation=ways, **values)


def navigation(edition: Edition) -> list[Link]:
    """Links to the standard pages, then to those written by organizers."""
    slug = edition.slug
    written = [
        Link(
            f"pages/{heading.code}",
            pick(heading.title, language()),
            url_for("contents.page", slug=slug, code=heading.code),
        )
        for heading in headings_on_site(reading(), edition.id)
    ]
    return [
        Link("home", _("About"), url_for("home.edition", slug=slug)),
        Link("agenda", _("Agenda"), url_for("agenda.page", slug=slug)),
        Link("speakers", _("Speakers"), url_for("speakers.page", slug=slug)),
        Link("registration", _("Register"), url_for("registration.choose", slug=slug)),
        *written,
    ]

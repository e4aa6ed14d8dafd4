"""Who may see the organizer's pages, checked in one place for all of them, and what all of them show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app, g, request, url_for
from flask_babel import gettext as _
from flask_login import UserMixin, current_user

from forumapp.core.text import pick
from forumapp.core.transactions import reading
from forumapp.domain.accounts.access import list_editions_of, require
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.queries import list_organizers
from forumapp.domain.accounts.services import find_account
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.forums.queries import get_edition, list_editions
from forumapp.web.frame import Link, pages
from forumapp.web.language import language

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from forumapp.domain.forums.models import Edition

blueprint = pages("organizer", __name__, url_prefix="/organizer")
OPEN = frozenset({"organizer.sign_in", "organizer.do_sign_in"})


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """The account behind the session, as the pages need it."""

    id: int
    name: str


def load(account_id: str) -> SignedIn | None:
    """The account of a session's cookie; None when it is gone or no longer active, which signs it out."""
    account = find_account(reading(), int(account_id)) if account_id.isdecimal() else None
    return SignedIn(account.id, account.name) if account else None


def actor() -> Actor:
    return Actor(current_user.id, Via.PAGE)


@blueprint.before_request
def require_sign_in() -> ResponseReturnValue | None:
    """Stands before every page of the blueprint, so that none can forget it."""
    if request.endpoint in OPEN or current_user.is_authenticated:
        return None
    answer: ResponseReturnValue = current_app.login_manager.unauthorized()  # type: ignore[attr-defined]  # Flask-Login's
    return answer


@blueprint.url_value_preprocessor
def take_edition(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Views need not take the edition's name: they call `edition()`."""
    if values:
        g.edition_slug = values.pop("edition", None)


@blueprint.before_request
def find_edition() -> None:
    """Puts the edition of the address into `g.edition`; to those without a role in it, it does not exist."""
    slug = g.get("edition_slug")
    if slug is None:
        return
    db = reading()
    found = get_edition(db, slug)
    require(db, found.id, Permission.SEE_EDITION, actor=actor())
    g.edition = found


def edition() -> Edition:
    found: Edition = g.edition
    return found


@blueprint.url_defaults
def keep_edition(endpoint: str, values: dict[str, Any]) -> None:
    """`url_for` within an edition's pages stays in it."""
    takes = current_app.url_map.is_endpoint_expecting(endpoint, "edition")
    if takes and "edition" not in values and "edition" in g:
        values["edition"] = g.edition.slug


@blueprint.context_processor
def frame_values() -> dict[str, Any]:
    """What the frame around every page shows."""
    if not current_user.is_authenticated or request.endpoint in OPEN:
        return {}
    return {
        "user": current_user,
        "edition": g.get("edition"),
        "editions": [
            Link(one.slug, pick(one.name, language()), url_for("organizer.overview", edition=one.slug))
            for one in my_editions()
        ],
        "navigation": sections() if "edition" in g else [],
    }


def my_editions() -> list[Edition]:
    if "my_editions" not in g:
        db = reading()
        g.my_editions = list_editions(db, list_editions_of(db, actor=actor()))
    found: list[Edition] = g.my_editions
    return found


def sections() -> list[Link]:
    return [
        Link("overview", _("Overview"), url_for("organizer.overview")),
        Link("people", _("People"), url_for("organizer.people")),
        Link("registration", _("Registration"), url_for("organizer.registrations")),
        Link("agenda", _("Agenda"), url_for("organizer.agenda")),
        Link("delegations", _("Delegations"), url_for("organizer.delegations")),
        Link("paper", _("Paper"), url_for("organizer.paper")),
        Link("settings", _("Settings"), url_for("organizer.settings")),
    ]


def officers() -> list[tuple[str, str]]:
    """The edition's organizers as choices of a form."""
    return [(str(account.id), account.name) for account in list_organizers(reading(), edition().id)]

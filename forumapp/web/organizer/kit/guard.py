"""Access control for all organizer pages, and the values that all of them show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from flask import current_app, g, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from forumapp.core.database.transactions import reading
from forumapp.core.errors import Forbidden, Merged, NotFound
from forumapp.core.values.text import pick
from forumapp.domain.accounts.access import (
    Archived,
    ContactsNotTold,
    access_to,
    contact_scope_of,
    list_editions_of,
    may_create_editions,
    refusal_of,
)
from forumapp.domain.accounts.permissions import BY_ROW, Permission, Reach
from forumapp.domain.accounts.queries import list_organizers
from forumapp.domain.accounts.scope import NOBODY, reached_among
from forumapp.domain.audit.services import table_of
from forumapp.domain.forums.queries import get_edition, list_editions
from forumapp.web.frame import AWAY, Link, pages, refusal_page
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from forumapp.core.database.columns import Row
    from forumapp.domain.accounts.permissions import Access
    from forumapp.domain.accounts.scope import ContactScope
    from forumapp.domain.forums.models import Edition

View = TypeVar("View", bound=Callable[..., Any])
READS = frozenset({"GET", "HEAD", "OPTIONS"})
NEEDS = "organizer_needs"

blueprint = pages("organizer", __name__, url_prefix="/organizer")
# Pages that need no sign-in.
OPEN = frozenset(
    f"organizer.{view}"
    for view in (
        "sign_in", "do_sign_in", "code_step", "do_code_step", "forgot_password", "do_forgot_password",
        "new_password", "do_new_password", "invitation", "do_invitation",
    )
)  # fmt: skip


@blueprint.before_request
def require_sign_in() -> ResponseReturnValue | None:
    """Require sign-in before every page of the blueprint, so that no view can forget it."""
    if request.endpoint in OPEN or current_user.is_authenticated:
        return None
    answer: ResponseReturnValue = current_app.login_manager.unauthorized()  # type: ignore[attr-defined]  # Flask-Login's
    return answer


@blueprint.url_value_preprocessor
def take_edition(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Views need not take the edition's name: they call `edition()`."""
    if values:
        g.edition_slug = values.pop("edition", None)


@dataclass(frozen=True, slots=True)
class Needs:
    """The permissions that a view requires to be viewed and to be submitted."""

    see: Permission
    to_change: Permission
    everywhere: bool = False

    def of(self, method: str) -> Permission:
        return self.see if method in READS else self.to_change

    def lets(self, allowed: Access, method: str) -> bool:
        return reaches(allowed, self.of(method), everywhere=self.everywhere)


def reaches(allowed: Access, permission: Permission, *, everywhere: bool = False) -> bool:
    """`everywhere` asks for the whole edition: being bound to some delegations is not enough."""
    return allowed.reach(permission) is Reach.ALL if everywhere else allowed.allows(permission)


def needs(see: Permission, to_change: Permission | None = None, *, everywhere: bool = False) -> Callable[[View], View]:
    """Declare the permission that a view of an edition requires, and the one to submit it.

    `everywhere` refuses callers who are limited to some delegations.
    """

    def mark(view: View) -> View:
        setattr(view, NEEDS, Needs(see, to_change or see, everywhere))
        return view

    return mark


def needs_of(app: Flask, endpoint: str | None) -> Needs | None:
    declared: Needs | None = getattr(app.view_functions.get(endpoint or ""), NEEDS, None)
    return declared


def refuse_unmarked(app: Flask) -> None:
    """Refuse to start the application if a view of an edition declares no permission."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("organizer.") and "edition" in rule.arguments and not needs_of(app, rule.endpoint):
            message = f"{rule.endpoint} says by @needs what permission it asks for"
            raise RuntimeError(message)


@blueprint.before_request
def find_edition() -> ResponseReturnValue | None:
    """Load the edition of the address into `g.edition` and the caller's access into `g.access`.

    Raises NotFound for callers without a role in it, and Forbidden without the view's permission.
    """
    slug = g.get("edition_slug")
    if slug is None:
        return None
    db = reading()
    row = get_edition(db, slug)
    allowed = access_to(db, row.id, actor=actor())
    if allowed.needs_two_factor:
        return redirect(url_for("organizer.two_factor_page", needed_by=row.slug))
    if not allowed.roles:
        raise NotFound(entity="edition")
    g.edition, g.access = row, allowed
    asked = needs_of(current_app, request.endpoint)
    if asked is None:
        raise Forbidden
    if not asked.lets(allowed, request.method):
        raise refusal_of(asked.of(request.method), allowed)
    return None


def access() -> Access:
    """Return the caller's access to the edition of the address."""
    current: Access = g.access
    return current


def within(permission: Permission) -> frozenset[int] | None:
    """Return the delegations that the caller is limited to; None means no limit."""
    return access().within(permission)


def within_reach(permission: Permission, entity: str, row_id: int) -> bool:
    """Return whether the caller may do this to one row.

    Takes one query per table for any number of rows, and none for callers without limits.
    """
    limit = within(permission)
    if limit is None:
        return True
    known: dict[str, frozenset[int]] = g.setdefault("reached", {})
    if limit and entity not in known:
        known[entity] = reached_among(reading(), edition().id, entity, limit)
    return bool(limit) and row_id in known[entity]


def contact_scope() -> ContactScope:
    """Return whose contact details the caller may see, in any edition: people are shared across them."""
    return contact_scope_of(reading(), actor=actor()) or NOBODY  # the house looks at no pages


def may(
    permission: str, row: Row | tuple[str, int] | None = None, *, everywhere: bool = False, somewhere: bool = False
) -> bool:
    """For templates: return whether the caller may do this to `row`, given as a record or by table and id, or in the
    edition.

    Raises for an unknown permission, and for one of BY_ROW without a row. `somewhere` asks for any row.
    """
    wanted = Permission(permission)
    if row is not None:
        return "access" in g and within_reach(wanted, *(row if isinstance(row, tuple) else (table_of(row), row.id)))
    if wanted in BY_ROW and not (everywhere or somewhere):
        message = f"say of which row: who may {permission} may do so for some rows alone"
        raise TypeError(message)
    return "access" in g and reaches(access(), wanted, everywhere=everywhere)


def may_change() -> bool:
    """For templates: whether the caller may send the form of this page."""
    asked = needs_of(current_app, request.endpoint)
    return asked is None or may(asked.to_change, everywhere=asked.everywhere, somewhere=True)


@blueprint.errorhandler(Forbidden)
def forbidden_page(refusal: Forbidden) -> ResponseReturnValue:
    """Show, within the edition's frame, which permission is missing and who can grant it."""
    if "access" not in g:
        return refusal_page(refusal)
    word = refusal.details.get("needs")
    missing = Permission(word) if word else None
    partly = missing is not None and access().allows(missing)
    is_contact_hidden = isinstance(refusal, ContactsNotTold)
    return render_template(
        "organizer/forbidden.html", missing=missing, partly=partly, is_contact_hidden=is_contact_hidden
    ), refusal.status


@blueprint.errorhandler(Archived)
def archived_page(refusal: Archived) -> ResponseReturnValue:
    """Show within the edition's frame, the banner of which offers to reopen it."""
    if "access" not in g:
        return refusal_page(refusal)
    return render_template("organizer/archived.html"), refusal.status


@blueprint.errorhandler(Merged)
def lead_on(refusal: Merged) -> ResponseReturnValue:
    """Redirect from a merged record to the one that it became; a submitted form is not passed on."""
    part = f"{refusal.details['entity']}_id"
    if part not in (request.view_args or {}):
        return refusal_page(refusal)
    parts = {**(request.view_args or {}), part: refusal.details["into"]}
    return redirect(url_for(request.endpoint or "", **parts), 303)


def edition() -> Edition:
    current: Edition = g.edition
    return current


def is_archived() -> bool:
    return "access" in g and access().archived


@blueprint.url_defaults
def keep_edition(endpoint: str, values: dict[str, Any]) -> None:
    """`url_for` within an edition's pages stays in it."""
    takes = current_app.url_map.is_endpoint_expecting(endpoint, "edition")
    if takes and "edition" not in values and "edition" in g:
        values["edition"] = g.edition.slug


@blueprint.context_processor
def frame_values() -> dict[str, Any]:
    """Return the template variables of the frame around every page."""
    if AWAY in request.environ or not current_user.is_authenticated or request.endpoint in OPEN:
        return {}
    return {
        "user": current_user,
        "edition": g.get("edition"),
        "editions": [
            Link(own_edition.slug, pick(own_edition.name, language()), first_page(own_edition))
            for own_edition in my_editions()
        ],
        "first_page": first_page,
        "may_begin": may_begin(),
        "is_archived": is_archived(),
        "navigation": sections() if "edition" in g else [],
        "settings": sections(SETTINGS) if "edition" in g else [],
    }


def first_page(row: Edition) -> str:
    """The address of an edition's first page: the overview, or the check-in page for those who may only check in."""
    held = access_to(reading(), row.id, actor=actor())
    only_scans = held.reach(Permission.ADMIT) is not Reach.NONE and held.reach(Permission.SEE_EDITION) is Reach.NONE
    return url_for("checkin.page", slug=row.slug) if only_scans else url_for("organizer.overview", edition=row.slug)


def my_editions() -> list[Edition]:
    if "my_editions" not in g:
        db = reading()
        g.my_editions = list_editions(db, list_editions_of(db, actor=actor()))
    editions: list[Edition] = g.my_editions
    return editions


def may_begin() -> bool:
    """Whether the caller may begin series and editions."""
    return may_create_editions(reading(), actor=actor())


SECTIONS = (
    ("overview", _l("Overview"), "organizer.overview"),
    ("people", _l("People"), "organizer.people"),
    ("registration", _l("Registration"), "organizer.registrations"),
    ("agenda", _l("Agenda"), "organizer.agenda"),
    ("delegations", _l("Delegations"), "organizer.delegations"),
    ("desk", _l("Desk"), "organizer.desk"),
    ("checkin", _l("Check-in"), "organizer.checkpoints"),
    ("precedence", _l("Precedence"), "organizer.precedence_lists"),
    ("seating", _l("Seating"), "organizer.seating_plans"),
    ("proofs", _l("Name check"), "organizer.name_proofs"),
    ("paper", _l("Printing"), "organizer.paper"),
    ("settings", _l("Settings"), "organizer.settings"),
)
# The parts of the last section, each with a list or form of its own.
SETTINGS = (
    ("settings", _l("Edition"), "organizer.settings"),
    ("hosts", _l("Hosts and sponsors"), "organizer.hosts"),
    ("venues", _l("Venues and rooms"), "organizer.venues"),
    ("calendar", _l("Calendar"), "organizer.calendar"),
    ("types", _l("Registration types"), "organizer.registration_types"),
    ("pages", _l("Content pages"), "organizer.pages"),
    ("mail-texts", _l("Email templates"), "organizer.mail_texts"),
    ("access", _l("Access"), "organizer.people_with_access"),
    ("tokens", _l("API tokens"), "organizer.tokens"),
    ("removed", _l("Removed items"), "organizer.removals"),
    ("consents", _l("Consents"), "organizer.consents"),
    ("retention", _l("Data retention"), "organizer.retention"),
    ("log", _l("Log"), "organizer.log"),
)


def sections(among: tuple[tuple[str, Any, str], ...] = SECTIONS) -> list[Link]:
    """List the sections that have a first page open to the caller."""
    return [Link(key, str(words), url_for(endpoint)) for key, words, endpoint in among if opens(endpoint)]


def opens(endpoint: str) -> bool:
    asked = needs_of(current_app, endpoint)
    return asked is not None and asked.lets(access(), "GET")


def officers() -> list[tuple[str, str]]:
    """The edition's organizers as choices of a form."""
    return [(str(account.id), account.name) for account in list_organizers(reading(), edition().id)]

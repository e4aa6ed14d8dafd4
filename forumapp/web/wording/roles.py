"""What each role may, and what a token may be used for, in a sentence: for those who choose among them."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from forumapp.schemas.choices import Role, Scope
from forumapp.web.wording.choice_words import LABELS

ROLES: dict[str, Any] = {
    "owner": _l("Can do everything, and decides who else has access."),
    "secretariat": _l("Can do everything except manage access and change the order of precedence."),
    "program-manager": _l("Builds and publishes the agenda, and manages people and organizations."),
    "protocol-officer": _l("Looks after every delegation, the order of precedence and the names as they are printed."),
    "delegation-liaison": _l("Sees and changes only the delegations chosen below, with their parts and members."),
    "registration-desk": _l("Manages registrations, decides on requests, and checks people in."),
    "check-in-volunteer": _l("Scans badges and checks people in; sees only names and status."),
    "print-staff": _l("Prints papers, and sees names and titles but no contact details."),
    "viewer": _l("Sees the agenda, the names of registrations and the delegations, but changes nothing."),
}
SCOPES: dict[str, Any] = {
    "read": _l("Reads what the account can see, but changes nothing."),
    "register": _l("Changes registrations and people, and sends mail."),
    "program": _l("Changes and publishes the agenda."),
    "delegations": _l("Changes delegations, itineraries and the order of precedence."),
    "print": _l("Prints papers."),
    "scan": _l("Checks people in."),
    "admin": _l("Does everything the account can do."),
}


def explained(kind: type[Role | Scope]) -> list[tuple[str, Any, Any]]:
    """All roles, or all scopes, as choices of a form."""
    sentences = ROLES if kind is Role else SCOPES
    return [(word, label, sentences[word]) for word, label in LABELS[kind].items()]

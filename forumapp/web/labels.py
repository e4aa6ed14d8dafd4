"""What a reader calls the words that data keeps: states, kinds, roles and faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from forumapp.domain.accounts.permissions import Permission
from forumapp.schemas.choices import (
    Area,
    AssignmentRole,
    AssignmentStatus,
    ContentKind,
    CorrectionState,
    EditionStatus,
    HostRole,
    Interpretation,
    ItineraryKind,
    JobStatus,
    Kept,
    Layout,
    MediaType,
    MemberRole,
    MessageState,
    NameOrder,
    OrganizationKind,
    PageSize,
    Paper,
    Press,
    RegistrationStatus,
    RetentionKind,
    Role,
    Scope,
    SessionItemKind,
    SessionKind,
    SessionStatus,
    Source,
    Via,
)

if TYPE_CHECKING:
    from enum import StrEnum

    from flask import Flask

LABELS: dict[type[StrEnum], dict[str, Any]] = {
    Permission: {
        "see-edition": _l("See the edition"),
        "edit-edition": _l("Change the settings of the edition"),
        "see-agenda": _l("See the agenda"),
        "edit-agenda": _l("Change the agenda"),
        "publish-agenda": _l("Publish the agenda"),
        "see-registrations": _l("See registrations"),
        "see-answers": _l("See contact details and answers"),
        "edit-registrations": _l("Change and cancel registrations"),
        "decide-registrations": _l("Decide on registrations"),
        "see-people": _l("See people and organizations"),
        "edit-people": _l("Change people and organizations"),
        "see-delegations": _l("See delegations"),
        "edit-delegations": _l("Change members and itineraries"),
        "set-up-delegations": _l("Set up delegations"),
        "see-itineraries": _l("See itineraries"),
        "see-precedence": _l("See the order of precedence"),
        "edit-precedence": _l("Change the order of precedence"),
        "print": _l("Print papers"),
        "check-in": _l("Check people in"),
        "see-mail": _l("See the mail that was sent"),
        "send-mail": _l("Send mail again"),
        "see-log": _l("See the log"),
        "manage-access": _l("Manage access"),
        "create-editions": _l("Create editions"),
    },
    Role: {
        "owner": _l("Owner"),
        "secretariat": _l("Secretariat"),
        "program-manager": _l("Program manager"),
        "protocol-officer": _l("Protocol officer"),
        "delegation-liaison": _l("Delegation liaison"),
        "registration-desk": _l("Registration desk"),
        "print-staff": _l("Print staff"),
        "viewer": _l("Viewer"),
    },
    Scope: {
        "read": _l("Read"),
        "register": _l("Registrations"),
        "program": _l("Agenda"),
        "delegations": _l("Delegations"),
        "print": _l("Print"),
        "scan": _l("Check-in"),
        "admin": _l("Everything"),
    },
    EditionStatus: {
        "draft": _l("Draft"),
        "open": _l("Open"),
        "closed": _l("Closed"),
        "archived": _l("Archived"),
    },
    HostRole: {
        "host": _l("Host"),
        "co-host": _l("Co-host"),
        "organizer": _l("Organizer"),
        "supporter": _l("Supporter"),
        "guest-of-honor": _l("Guest of honor"),
        "sponsor": _l("Sponsor"),
        "media": _l("Media partner"),
    },
    PageSize: {"A4": _l("A4"), "Letter": _l("US Letter")},
    SessionKind: {
        "opening": _l("Opening"),
        "keynote": _l("Keynote"),
        "panel": _l("Panel"),
        "breakout": _l("Breakout"),
        "signing": _l("Signing"),
        "matchmaking": _l("Matchmaking"),
        "meal": _l("Meal"),
        "break": _l("Break"),
        "registration": _l("Check-in"),
        "visit": _l("Visit"),
        "closed-door": _l("Closed-door meeting"),
    },
    SessionStatus: {
        "tentative": _l("Tentative"),
        "confirmed": _l("Confirmed"),
        "cancelled": _l("Cancelled"),
    },
    SessionItemKind: {
        "speech": _l("Speech"),
        "panel": _l("Panel"),
        "questions": _l("Questions"),
        "signing": _l("Signing"),
        "other": _l("Other"),
    },
    Interpretation: {
        "none": _l("None"),
        "simultaneous": _l("Simultaneous"),
        "consecutive": _l("Consecutive"),
    },
    Press: {"open": _l("Open to the press"), "invited": _l("Invited press"), "closed": _l("Closed to the press")},
    AssignmentRole: {
        "speaker": _l("Speaker"),
        "moderator": _l("Moderator"),
        "panelist": _l("Panelist"),
        "signatory": _l("Signatory"),
        "interpreter": _l("Interpreter"),
        "mc": _l("MC"),
    },
    RegistrationStatus: {
        "invited": _l("Invited"),
        "applied": _l("Applied"),
        "waitlisted": _l("Waitlisted"),
        "confirmed": _l("Confirmed"),
        "declined": _l("Declined"),
        "cancelled": _l("Cancelled"),
        "attended": _l("Attended"),
        "no-show": _l("No-show"),
    },
    Source: {
        "form": _l("Online form"),
        "api": _l("API"),
        "import": _l("Import"),
        "invitation": _l("Invitation"),
        "delegation": _l("Delegation"),
        "manual": _l("Entered by an organizer"),
        "walk-in": _l("Walk-in"),
    },
    AssignmentStatus: {
        "invited": _l("Invited"),
        "confirmed": _l("Confirmed"),
        "declined": _l("Declined"),
    },
    MemberRole: {
        "head": _l("Head"),
        "deputy": _l("Deputy head"),
        "member": _l("Member"),
        "staff": _l("Staff"),
        "interpreter": _l("Interpreter"),
    },
    ItineraryKind: {
        "flight": _l("Flight"),
        "transfer": _l("Transfer"),
        "hotel": _l("Hotel"),
        "meal": _l("Meal"),
        "visit": _l("Visit"),
        "meeting": _l("Meeting"),
        "session": _l("Session"),
        "free": _l("Free time"),
    },
    MessageState: {"queued": _l("Waiting to be sent"), "sent": _l("Sent"), "failed": _l("Failed")},
    NameOrder: {"family-first": _l("Family name first"), "given-first": _l("Given name first")},
    OrganizationKind: {
        "government": _l("Government"),
        "association": _l("Association"),
        "company": _l("Company"),
        "education": _l("Education"),
        "media": _l("Media"),
        "other": _l("Other"),
    },
    Area: {
        "closed-sessions": _l("Closed sessions"),
        "meals": _l("Meals"),
        "dinner": _l("Dinner"),
        "vip-room": _l("VIP room"),
        "press-room": _l("Press room"),
        "backstage": _l("Backstage"),
    },
    ContentKind: {
        "welcome": _l("Welcome letter"),
        "practical": _l("Practical information"),
        "emergency": _l("In an emergency"),
        "interpretation": _l("Interpretation"),
        "floor-plan": _l("Floor plan"),
        "other": _l("Other"),
    },
    CorrectionState: {"open": _l("Not decided yet"), "accepted": _l("Accepted"), "declined": _l("Not accepted")},
    Kept: {"person": _l("Person"), "organization": _l("Organization")},
    Layout: {
        "theater": _l("Theater"),
        "classroom": _l("Classroom"),
        "banquet": _l("Banquet"),
        "boardroom": _l("Boardroom"),
        "u-shape": _l("U-shape"),
        "reception": _l("Reception"),
    },
    MediaType: {"image/png": _l("PNG"), "image/jpeg": _l("JPEG"), "image/svg+xml": _l("SVG")},
    Paper: {"badges": _l("Badges"), "program": _l("Program"), "itineraries": _l("Itinerary booklet")},
    RetentionKind: {
        "diet": _l("Food and access needs"),
        "flights": _l("Flights"),
        "officials": _l("Contact details of officials"),
    },
    Via: {
        "page": _l("Page"),
        "api": _l("API token"),
        "command": _l("Command line"),
        "import": _l("Import"),
        "workflow": _l("Automatic"),
    },
    JobStatus: {
        "queued": _l("Queued"),
        "running": _l("Running"),
        "done": _l("Done"),
        "failed": _l("Failed"),
        "cancelled": _l("Cancelled"),
    },
}

# How a state looks: its kind of badge.
KINDS = {
    "confirmed": "ok", "attended": "ok", "done": "ok", "open": "ok", "sent": "ok",
    "waitlisted": "warn", "applied": "warn", "tentative": "warn", "invited": "info",
    "running": "info", "queued": "info", "failed": "bad", "declined": "bad", "no-show": "bad",
}  # fmt: skip

STOCKS: dict[str, Any] = {
    "a6": _l("A6, one badge a page"),
    "us-4x3": _l("US 4 × 3 in, one badge a page"),
    "a6-on-a4": _l("A6, four on A4"),
    "avery-74459": _l("US 4 × 3 in, six on a Letter sheet (Avery 74459)"),
}
PRINT_FAULTS: dict[str, Any] = {
    "findings": _l("Something must be fixed first. See the findings."),
    "nothing-to-print": _l("There was nothing to print."),
    "nothing-published": _l("The agenda has not been published yet."),
    "unavailable": _l("Database or storage were away for too long. Start it again."),
    "error": _l("Something went wrong on our side; it has been noted. Start it again."),
}

DIETS: dict[str, Any] = {
    "halal": _l("Halal"),
    "vegetarian": _l("Vegetarian"),
    "vegan": _l("Vegan"),
    "no-pork": _l("No pork"),
    "no-beef": _l("No beef"),
    "no-seafood": _l("No seafood"),
    "no-alcohol": _l("No alcohol"),
    "gluten-free": _l("Gluten-free"),
    "nut-free": _l("No nuts"),
}

FLAGS: dict[str, Any] = {
    "native-name-unattested": _l("Chinese name unattested"),
    "title-zh-unattested": _l("Chinese title unattested"),
    "name-proof-needed": _l("Name to be proven"),
    "polyphonic-surname": _l("Surname with several readings"),
    "compound-surname": _l("Surname of two characters"),
    "traditional-name": _l("Name in traditional characters"),
    "rare-character": _l("Rare character"),
    "long-latin-name": _l("Long Latin name"),
    "long-native-name": _l("Long Chinese name"),
    "no-email": _l("No e-mail address"),
    "shared-email": _l("E-mail address of several people"),
}
LETTERS: dict[str, Any] = {
    "registration-applied": _l("Registration received"),
    "registration-waitlisted": _l("Put on the waitlist"),
    "registration-confirmed": _l("Registration confirmed"),
    "registration-promoted": _l("Moved up from the waitlist"),
    "registration-declined": _l("Registration declined"),
    "registration-cancelled": _l("Registration cancelled"),
    "registration-known": _l("Registered already"),
    "account-invitation": _l("Invitation to work on the forum"),
    "account-access-given": _l("Access to the forum given"),
    "account-new-password": _l("Link for a new password"),
    "account-password-changed": _l("Password changed"),
    "account-two-factor-on": _l("Two-factor sign-in turned on"),
    "account-two-factor-off": _l("Two-factor sign-in turned off"),
}
LANGUAGES: dict[str, Any] = {"en": _l("English"), "zh-Hans": _l("Chinese"), "zh-Hant": _l("Traditional Chinese")}


def set_up(app: Flask) -> None:
    app.jinja_env.globals["language_name"] = language_name
    app.jinja_env.filters.update(
        label=label, kind=kind_of, session_status=session_status, assignment_role=assignment_role,
        person_flag=flag, letter=letter, paper_name=paper_name, print_fault=print_fault,
        scope_name=scope_name,
    )  # fmt: skip


def label(value: StrEnum) -> str:
    """The word for a member of one of the enumerations above."""
    return str(LABELS[type(value)][value.value])


def options(kind: type[StrEnum]) -> list[tuple[str, Any]]:
    """The members of an enumeration as the choices of a form."""
    return list(LABELS[kind].items())


def session_status(word: str) -> str:
    return label(SessionStatus(word))


def assignment_role(word: str) -> str:
    return label(AssignmentRole(word))


def flag(word: str) -> str:
    """What someone still has to check about a person."""
    return str(FLAGS.get(word, word))


def letter(template: str) -> str:
    """What a mail tells, of the name of its template."""
    return str(LETTERS.get(template, template))


def language_name(code: str) -> str:
    """A language as the reader calls it, within a sentence."""
    return str(LANGUAGES.get(code, code))


def paper_name(word: str) -> str:
    return label(Paper(word))


def scope_name(word: str) -> str:
    """What a token may be used for; a word that is no scope gives nothing and stands as it is."""
    return str(LABELS[Scope].get(word, word))


def print_fault(code: str) -> str:
    return str(PRINT_FAULTS.get(code, PRINT_FAULTS["error"]))


def kind_of(value: str) -> str:
    return KINDS.get(value, "quiet")

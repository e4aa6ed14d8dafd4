"""What a reader calls the words that data keeps: states, kinds, roles and faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from forumapp.schemas.choices import Area, AssignmentRole, Paper, Scope, SessionStatus
from forumapp.web.wording.checkin_words import REHEARSAL
from forumapp.web.wording.choice_words import LABELS
from forumapp.web.wording.language import OWN_NAMES, language, locale_of

if TYPE_CHECKING:
    from enum import StrEnum

    from flask import Flask

# How a state looks: its kind of badge.
KINDS = {
    "confirmed": "ok", "attended": "ok", "done": "ok", "open": "ok", "sent": "ok", "accepted": "ok", "expired": "warn",
    "waitlisted": "warn", "applied": "warn", "tentative": "warn", "due": "warn", "invited": "info", "offered": "info",
    "unconfirmed": "warn",
    "overdue": "bad", "running": "info", "writing": "info", "queued": "info", "sending": "info", "suppressed": "bad",
     "failed": "bad", "declined": "bad", "no-show": "bad",
}  # fmt: skip

STOCKS: dict[str, Any] = {
    "a6": _l("A6, one badge a page"),
    "a6-landscape": _l("A6 landscape, one badge a page"),
    "a7": _l("A7, one badge a page"),
    "a7-landscape": _l("A7 landscape, one badge a page"),
    "cr80": _l("CR80 card, one badge a page"),
    "cr80-portrait": _l("CR80 card, upright, one badge a page"),
    "86x54": _l("86 × 54 mm, one badge a page"),
    "86x54-portrait": _l("54 × 86 mm, one badge a page"),
    "us-4x3": _l("US 4 × 3 in, one badge a page"),
    "us-3x4": _l("US 3 × 4 in, one badge a page"),
    "a6-on-a4": _l("A6, four on A4"),
    "a6-landscape-on-a4": _l("A6 landscape, four on A4"),
    "a7-on-a4": _l("A7, eight on A4"),
    "a7-landscape-on-a4": _l("A7 landscape, eight on A4"),
    "avery-l4784": "Avery L4784: 63.5 × 29.6 mm, 3 × 9",
    "avery-l4785": "Avery L4785: 80 × 50 mm, 2 × 5",
    "herma-4412": "HERMA 4412: 80 × 50 mm, 2 × 5",
    "herma-4515": "HERMA 4515: 88.9 × 33.9 mm, 2 × 8",
    "herma-9012": "HERMA 9012: 90 × 60 mm, 2 × 4",
    "herma-9642": "HERMA 9642: 40 × 40 mm, 4 × 6",
    "durable-1445-02": "DURABLE 1445-02: 90 × 54 mm, 2 × 5",
    "durable-1453-02": "DURABLE 1453-02: 75 × 40 mm, 2 × 6",
    "durable-8334-02": "DURABLE 8334-02: 75 × 40 mm, 2 × 6",
    "durable-1456-02": "DURABLE 1456-02: 90 × 60 mm, 2 × 4",
    "lyreco-143344": "Lyreco 143.344: 70 × 36 mm, 3 × 8",
    "avery-74459": _l("US 4 × 3 in, six on a Letter sheet (Avery 74459)"),
    "avery-74541": _l("US 4 × 3 in, six on a Letter sheet (Avery 74541)"),
    "avery-5395": "Avery 5395: 85.7 × 59.3 mm, 2 × 4 (Letter)",
    "avery-5371": "Avery 5371: 88.9 × 50.8 mm, 2 × 5 (Letter)",
    "avery-5305": _l("Avery 5305 tents: 215.9 × 63.5 mm, two on a Letter sheet"),
}
PAGE_SIZES: dict[str, Any] = {
    "A5": _l("A5"),
    "A4": _l("A4"),
    "half-letter": _l("Half Letter (5.5 × 8.5 in)"),
    "letter": _l("Letter (8.5 × 11 in)"),
}
# Labels of print options other than the selection; shown for the options that are set.
PRINT_SWITCHES: dict[str, Any] = {
    "large": _l("Large print"),
    "imposed": _l("Booklet for the copier"),
    "bleed": _l("Bleed"),
    "marks": _l("Crop marks"),
    "guides": _l("Cutting guides"),
    "speaking": _l("Those with a part in the agenda"),
    "untitled": _l("Names alone"),
}
# What findings before a print stand under, by their codes.
PRINT_FINDINGS: dict[str, Any] = {
    "missing-glyph": _l("Characters that no font has"),
    "missing-latin-name": _l("No name in Latin letters"),
    "name-under-floor": _l("Names that only fit too small"),
    "text-under-floor": _l("Lines that only fit too small"),
    "drawing-too-long": _l("Takes too long to draw"),
    "drawing-too-large": _l("Takes too much memory to draw"),
    "badge-overfull": _l("More text than there is room for"),
    "design-not-for-stock": _l("Badge designs of another size"),
    "back-overfull": _l("Backs with more text than there is room for"),
    "back-empty": _l("Backs with nothing to tell"),
    "missing-translation": _l("Missing translations"),
    "name-not-proofed": _l("Names that no office has approved"),
    "low-contrast": _l("Colors that are hard to read"),
    "qr-too-small": _l("QR codes that are too small"),
    "qr-crowded": _l("QR codes without a free margin"),
    "qr-left-out": _l("Labels without a QR code"),
    "photo-too-small": _l("Photos that are too small for print"),
    "letter-overfull": _l("Letters that take more than a page"),
    "no-seal": _l("Letters without a seal"),
    "letter-altered": _l("Letters that are not as they were issued"),
    "letter-revoked": _l("Letters that were revoked meanwhile"),
    "no-signatory": _l("Letters that nobody signs"),
    "no-host": _l("Letters without a letterhead"),
    "no-form-of-address": _l("Letters that address a VIP by the name alone"),
    "reply-by-passed": _l("Letters that ask for a reply by a day that has passed"),
}
PRINT_FAULTS: dict[str, Any] = {
    "findings": _l("Something must be fixed first. See the findings."),
    "letter-altered": _l("What is kept of these letters is not what was issued, so nothing is printed of them."),
    "nothing-to-print": _l("There was nothing to print."),
    "nothing-earlier": _l("No earlier version of the agenda was published, so there is nothing to correct yet."),
    "nothing-differs": _l("The two versions of the agenda read the same, so there is nothing to correct."),
    "nothing-changed": _l("Nothing of what was chosen was printed before and has changed since."),
    "nothing-published": _l("The agenda has not been published yet."),
    "unavailable": _l("Database or storage were away for too long. Start it again."),
    "took-too-long": _l(
        "It took longer than a print may. Print it in parts, such as one delegation or one type at a time, or ask"
        " whoever runs the server to allow more time."
    ),
    "took-too-much-memory": _l(
        "It took more memory than a print may. Use smaller pictures or print it in parts, such as one delegation or one"
        " type at a time, or ask whoever runs the server to allow more memory."
    ),
    "disk-full": _l(
        "The disk of the server is full, and nothing was printed. Ask whoever runs the server to make room, then start"
        " it again."
    ),
    "error": _l("Something went wrong on our side; it has been noted. Start it again."),
}
_CARDS = _l("Nobody who was chosen gets one: these are for those who are confirmed, or seated in the plan.")
# What there would have to be, by paper; of those of a delegation but these it is much the same.
NOTHING_TO_PRINT: dict[str, Any] = {
    "badges": _l("Badges are for those who are confirmed, and nobody of them matches what was chosen."),
    **dict.fromkeys(("tent-cards", "place-cards", "seat-signs", "lectern-signs"), _CARDS),
    "sign-in-sheets": _l("Nobody who was chosen is expected: nobody of them is confirmed, or has signed up."),
    "invitations": _l("Nobody who was chosen has an invitation letter to print. Issue the letters first."),
    "certificates": _l("Nobody who was chosen has a certificate to print. Issue the certificates first."),
    "fallback-pack": _l("Nobody is confirmed yet."),
    "itineraries": _l("No delegation that was chosen has anything in its itinerary yet."),
    "speaker-agendas": _l("Nobody who was chosen has a part in the published agenda."),
    "booklets": _l("Of those who were chosen, nobody who is confirmed has anything in their itinerary yet."),
    "errata": _l("No print of what was chosen reads otherwise now, so there is nothing to correct."),
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
    "latin-name-undivided": _l("Latin name not divided"),
    "latin-name-proposed": _l("Pinyin name suggested from the Chinese name"),
    "native-name-unattested": _l("Chinese name unattested"),
    "title-zh-unattested": _l("Chinese title unattested"),
    "name-proof-needed": _l("Name to be verified"),
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
    "registration-unconfirmed": _l("Confirm email address"),
    "registration-offered": _l("Offer of a place"),
    "registration-offer-ended": _l("Offer ended"),
    "registration-declined": _l("Registration declined"),
    "registration-cancelled": _l("Registration cancelled"),
    "registration-changed": _l("Change confirmed"),
    "registration-replaced": _l("Registration transferred to another person"),
    "registration-substitute": _l("Registration transferred from another person"),
    "registration-known": _l("Registered already"),
    "registration-group": _l("A group, to its contact"),
    "registration-invitation": _l("Invitation to register"),
    "mailing": _l("Mailing"),
    "registration-reminder": _l("Reminder"),
    "registration-missing": _l("Reminder of what is missing"),
    "registration-message": _l("Copy-paste message for one person"),
    "registration-messages": _l("Copy-paste message for several people"),
    "name-proof": _l("Name check sent"),
    "speaker-invitation": _l("Invitation to speak"),
    "speaker-reminder": _l("Reminder to a speaker"),
    "agenda-changed": _l("Agenda changed"),
    "itinerary-changed": _l("Itinerary changed"),
    "agenda-plan-stopped": _l("Agenda not published at the set time"),
    "vip-alert": _l("A VIP's code was scanned"),
    "account-invitation": _l("Invitation to work on the forum"),
    "account-access-given": _l("Access to the forum given"),
    "account-new-password": _l("Link for a new password"),
    "account-password-changed": _l("Password changed"),
    "account-two-factor-on": _l("Two-factor sign-in turned on"),
    "account-two-factor-off": _l("Two-factor sign-in turned off"),
}
# What can be corrected of a person; a text's part has its language after a dot.
PROOF_PARTS: dict[str, Any] = {
    "latin_family": _l("Family name in Latin letters"),
    "latin_given": _l("Given name in Latin letters"),
    "name_order": _l("Order of the Latin name"),
    "native_full": _l("Name in its own script"),
    "title": _l("Title"),
    "organization": _l("Organization"),
    "biography": _l("Biography"),
    "photo": _l("Photo"),
    "name": _l("Name"),
    "order": _l("Order"),
}
LANGUAGES: dict[str, Any] = {"en": _l("English"), "zh-Hans": _l("Chinese"), "zh-Hant": _l("Traditional Chinese")}


def set_up(app: Flask) -> None:
    app.jinja_env.globals["language_name"] = language_name
    app.jinja_env.globals["rehearsal_words"] = REHEARSAL
    app.jinja_env.filters.update(
        label=label, kind=kind_of, session_status=session_status, assignment_role=assignment_role,
        person_flag=flag, letter=letter, paper_name=paper_name, print_fault=print_fault,
        why_not_printed=why_not_printed, scope_name=scope_name, proof_part=proof_part, area=area_name,
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
    """The subject of a mail, by the name of its template."""
    return str(LETTERS.get(template, template))


def proof_part(word: str) -> str:
    """A part of what is printed of a person, as name checks name it."""
    part, _dot, code = word.partition(".")
    name = str(PROOF_PARTS.get(part, part))
    return f"{name} ({OWN_NAMES.get(code, code)})" if code else name


def language_name(code: str) -> str:
    """A language as the reader calls it, within a sentence: ours by our words, others by those of Unicode."""
    base, _dash, rest = code.partition("-")
    names = locale_of(language()).languages
    whole = LANGUAGES.get(code) or names.get(code.replace("-", "_"))
    return str(whole or (f"{names[base]} ({rest})" if base in names else code))


def paper_name(word: str) -> str:
    return label(Paper(word))


def scope_name(word: str) -> str:
    """What a token may be used for; a word that is no scope gives nothing and stands as it is."""
    return str(LABELS[Scope].get(word, word))


def area_name(word: str) -> str:
    """What a registration type admits to."""
    return str(LABELS[Area].get(word, word))


def print_fault(code: str) -> str:
    return str(PRINT_FAULTS.get(code, PRINT_FAULTS["error"]))


def why_not_printed(paper: str, code: str) -> str:
    """The same of a paper, which says what it would tell where there is nothing to print."""
    if code != "nothing-to-print":
        return print_fault(code)
    return str(NOTHING_TO_PRINT.get(paper, _l("This delegation has nothing yet that the paper would tell.")))


def kind_of(value: str) -> str:
    return KINDS.get(value, "quiet")

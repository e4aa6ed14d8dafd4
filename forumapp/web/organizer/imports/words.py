"""Texts for imports: fields, faults with their fix, and why rows resemble someone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from forumapp.core.files.spreadsheets import LARGEST, LARGEST_CELL, LONGEST, WIDEST
from forumapp.core.files.workbooks import LARGEST_UNPACKED, MEGABYTES, MOST_CELLS, MOST_CHARACTERS, SECONDS
from forumapp.domain.agenda.formats.parsing.values import (
    DEEPEST,
    LARGEST_ALL,
    LARGEST_FILES,
    MOST_ELEMENTS,
    MOST_LINES,
    MOST_VALUES,
)
from forumapp.schemas.messages import REFUSALS, bound_words
from forumapp.web.forms import faults
from forumapp.web.organizer.imports import agenda_words
from forumapp.web.wording.language import OWN_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

# Only for the beginning; the rest is in the file's own words.
_NUMBERED = re.compile(r"^(row|line) (\d+)|(?<=\d), (column) (\d+)$")

FIELD_NAMES = {
    "latin": _l("Latin name, in one cell"),
    "latin_family": _l("Family name"),
    "latin_given": _l("Given name"),
    "name_order": _l("Order of the Latin name"),
    "native": _l("Name in its own script"),
    "native_full": _l("Name in its own script"),
    "native_family": _l("Family name in its own script"),
    "native_given": _l("Given name in its own script"),
    "native_language": _l("Language of the name"),
    "call_name": _l("Called"),
    "also_known_as": _l("Also known as"),
    "form_of_address": _l("Form of address"),
    "pronunciation": _l("Pronunciation"),
    "languages": _l("Speaks"),
    "title": _l("Title"),
    "organization": _l("Organization"),
    "email": _l("E-mail address"),
    "phone": _l("Phone"),
    "wechat": _l("WeChat"),
    "biography": _l("Biography"),
    "legal": _l("Legal name"),
    "short": _l("Short name"),
    "abbreviation": _l("Abbreviation"),
    "country_region": _l("Country or region"),
    "kind": _l("Kind"),
    "code": _l("Code"),
    "parent": _l("Part of"),
    "type": _l("Registration type"),
    "status": _l("State"),
    "registered_at": _l("Registered at"),
    "language": _l("Language"),
    "delegation": _l("Delegation"),
    "sub_delegation": _l("Part of the delegation"),
    "role": _l("Role in the delegation"),
    "coach_group": _l("Coach group"),
    "visit_group": _l("Visit group"),
    "hotel_group": _l("Hotel group"),
    "language_group": _l("Language group"),
    "outlet": _l("Media outlet"),
    "media_role": _l("Media role"),
}
LIMITS = {
    "rows": LONGEST,
    "columns": WIDEST,
    "megabytes": LARGEST // 2**20,
    "unpacked": LARGEST_UNPACKED // 2**20,
    "cells": MOST_CELLS,
    "characters": MOST_CHARACTERS,
    "seconds": SECONDS,
    "memory": MEGABYTES,
    "line": LARGEST_CELL,
    "files": LARGEST_FILES,
    "all": LARGEST_ALL // 2**20,
    "values": MOST_VALUES,
    "lines": MOST_LINES,
    "levels": DEEPEST,
    "elements": MOST_ELEMENTS,
}
UNREADABLE = {
    "empty": _l("The file is empty."),
    "no-rows": _l("The file has headings and no rows below them."),
    "not-text": _l("This file is not a table. Choose an XLSX, XLSM, XLS, ODS, CSV or TSV file."),
    "open-quotation-mark": _l("A quotation mark in the file never ends. Mend that cell, or save the table as XLSX."),
    "not-a-workbook": _l("The workbook cannot be opened: it is damaged, or needs a password. Save it again as XLSX."),
    "xlsb": _l("Workbooks in the XLSB format cannot be read. Save the workbook as XLSX and choose it again."),
    "hidden-sheets": _l("All sheets with data are hidden. Show the sheet to import and choose the file again."),
    "unknown-sheet": _l("The workbook has no such sheet with data."),
    "no-such-row": _l("The sheet has nothing in this row. Choose the row with the headings."),
    "too-long": _l("The file has more than %(rows)s rows. Divide it into several files."),
    "too-wide": _l("The file has more than %(columns)s columns. Leave out those that are not needed."),
    "too-large": _l("The file is larger than %(megabytes)s MB. Divide it into several files."),
    "unpacked-too-large": _l(
        "Unpacked, the file is larger than %(unpacked)s MB. Save the list alone as a new workbook."
    ),
    "too-many-cells": _l(
        "The file has more than %(cells)s cells, blank ones included. Save the list alone as a new file."
    ),
    "too-much-text": _l("The cells hold more than %(characters)s characters. Divide the file into several files."),
    "too-much-work": _l(
        "Reading the workbook needs more than %(seconds)s seconds or %(memory)s MB of memory. Save the list alone as a "
        "new workbook."
    ),
    "line-too-long": _l("A line or cell of the file has more than %(line)s characters. Check how it was saved."),
}
ROW_FAULTS = {
    "no-name": _l("Nobody is named. Fill in a name, or delete the row."),
    "too-many-cells": _l("There is more in this row than there are headings. Look for a cell that has become two."),
    "not-plain": _l("It contains a tab or an invisible character. Type it again."),
    "too-long": _l("This is too long. Shorten it, or check what the column means."),
    "not-an-address": _l("This is not one e-mail address. Correct it or leave it empty."),
    "not-an-option": _l("This word is not known here. Correct it or leave it empty."),
    "not-a-region": _l("Write the two letters of the country or region, such as US or CN."),
    "organization-unclear": _l("Several organizations are called so. Write the whole name of the one that is meant."),
    "parent-unknown": _l("The organization that it is part of is not known. Add it first, or in a row above."),
    "code-taken": _l("Another organization has this code. Correct it or leave it empty."),
    "not-a-code": _l("A code is of letters, digits and hyphens. Correct it or leave it empty."),
    "not-a-language": _l("Write languages by their short codes, such as en; zh-Hans; zh-Hant."),
    "error-cell": _l("The spreadsheet shows an error here. Type the value."),
    "undecodable": _l("Some of its bytes are no characters. Type it again."),
    "too-few-cells": _l("There is less in this row than there are headings. Look for two cells that have become one."),
    "no-latin-name": _l("The name in Latin letters is missing, which the badge carries. Ask for it and fill it in."),
    "not-latin": _l("This is not in Latin letters. Write it in the column of names in their own script."),
    "not-a-letter": _l("There is an emoji or another picture in it. Write letters only: this is printed on badges."),
    "lines-joined": _l("The lines of this cell were joined:"),
    "title-moved": _l("Moved from the name to the form of address:"),
    "blanks-left-out": _l("Written without the space:"),
    "formula": _l("It begins like a formula of a spreadsheet. Check what is meant."),
    "traditional": _l("It is in traditional characters, and stays so. That is right if they write it so."),
    "twice-in-file": _l("This person stands in the file already. Delete one of the rows."),
    "registered": _l("Registered already."),
    "no-type": _l("No registration type is named. Fill it in, or choose one for the whole file above."),
    "unknown-type": _l("There is no such registration type. Say above which one is meant, or correct it."),
    "not-media": _l("Only media have an outlet and a role in it. It is left out."),
    "other-role": _l("Write which role it is."),
    "type-full": _l("No place of this type is left. Raise its quota, or let those rows join the waitlist."),
    "edition-full": _l("No place of the edition is left. Raise its quota, or let those rows join the waitlist."),
    "waitlisted": _l("No place is left: joins the waitlist."),
    "place-not-given-back": _l(
        "People who were let go still have the last places: asks for one, which the organizers decide."
    ),
    "unknown-status": _l("This state is not known. Correct it, or leave it empty for a confirmed place."),
    "not-a-date": _l("This is no date. Write it as 2023-05-22."),
    "unknown-role": _l(
        "This role is not known. Correct it, or the person becomes a member and the word is kept as a note:"
    ),
    "unknown-part": _l("There is no such delegation or sub-delegation. Correct it, or it is kept as a note:"),
    "unknown-group": _l("The delegation has no such group. Correct it, or it is kept as a note:"),
    "group-unclear": _l("Several groups are called so. Write the code of one of them, or it is kept as a note:"),
    "role-of-no-delegation": _l("Nobody has a role without a delegation. It is left out."),
    "member-elsewhere": _l("A member of another delegation that you look after already:"),
    "other-role-stays": _l("They have another role in the delegation, which stays. Change it there."),
    "head-full": _l("The delegation has a head already. Give one of them another role."),
    "delegation-full": _l("Ask for a higher quota, or leave someone out. This delegation has no spots left:"),
    "another-delegation": _l("This delegation is no part of the one whose list this is. Correct or empty it."),
    "confirms-registration": _l("Registered already, email not confirmed: this row confirms the registration."),
    "joins-delegation": _l("Registered already: joins the delegation."),
    "name-proposed": _l(
        "Pinyin name suggested from the Chinese name. If it is spelled otherwise, write it here after the Chinese "
        "name, as 单伟 SHAN Wei:"
    ),
    "name-split": _l("Family name and given name:"),
    "name-not-split": _l(
        "Which part is the family name? Write it first, with a comma after it: Kennedy, John. "
        "Otherwise the name is kept whole."
    ),
    "phone-in-part": _l("The cell holds more than one number. The first one is used."),
    "phone-left-out": _l("This is not a phone number. It is left out unless you correct it."),
    "address-of-another": _l("This email address belongs to another person:"),
    "address-in-row": _l("Another row has the same email address. Row, person:"),
    "required": _l("The form requires an answer to this. Fill it in, or let such rows be taken, above."),
    "option-full": _l("No place is left of what is chosen here. Choose something else, or raise its places."),
    "no-file": _l("Files and photos are not taken from a table. Add it on the page of the registration."),
    "not-a-time": _l("Write the day and the time, as 2023-05-22 09:30."),
    "time-does-not-exist": _l("The clocks skip this time on that day. Check it."),
    "ends-before-start": _l("The departure is not after the arrival. Correct one of them."),
    "not-asked": _l("This registration type does not ask this. It is kept as a note:"),
    "kept-as-note": _l("Kept as a note unless you correct it:"),
    "not-yes-or-no": _l("This is neither yes nor no."),
    "not-a-number": _l("This is no number."),
    "not-a-phone": _l("This is no phone number."),
    "phone-without-country-code": _l("Write the phone number with its country code, as +86 10 1234 5678."),
    "too-small": _l("This number is too small."),
    "too-large": _l("This number is too large."),
    "out-of-years": _l("This day is too far away. Check the year."),
    "taken-twice": _l("Two columns cannot mean the same."),
}
# Reasons for a review, with the number of rows.
REVIEW = {
    "name-proposed": _l("Pinyin names suggested from Chinese names:"),
    "name-not-split": _l("Names that could not be split:"),
    "address-of-another": _l("Email addresses that belong to another person:"),
    "address-in-row": _l("Email addresses that another row has, too:"),
    "unknown-role": _l("Roles that are not known:"),
    "unknown-part": _l("Unknown delegations or sub-delegations:"),
    "unknown-group": _l("Groups that are not known:"),
    "group-unclear": _l("Ambiguous groups:"),
    "kept-as-note": _l("Cells that are kept as a note:"),
    "not-asked": _l("Cells that the registration type does not ask for, kept as a note:"),
    "phone-in-part": _l("Phone cells with more than one number:"),
    "phone-left-out": _l("Phone cells without a number:"),
    "name-split": _l("Names split into family name and given name:"),
    "title-moved": _l("Names with a title, which became the form of address:"),
    "blanks-left-out": _l("Chinese names from which spaces were removed:"),
    "lines-joined": _l("Cells of several lines that were joined into one:"),
    "phone-without-country-code": _l("Phone numbers without a country code:"),
}
REASONS = {
    "same": _l("Nothing is new about it"),
    "registered": _l("Registered already"),
    "name-written-otherwise": _l("The name is written otherwise"),
    "other-address": _l("Same name, another e-mail address"),
    "address-not-told": _l("Same name; you are not told whether this is their e-mail address"),
    "other-post": _l("Same name, another title or organization"),
    "same-native": _l("Same name in its own script"),
    "same-latin": _l("Same name in Latin letters"),
    "read-alike": _l("The one name is how the other may be read"),
    "sound-alike": _l("The names sound alike, and the organization, the address or the phone is the same"),
}


OF_SESSIONS = frozenset({"times-converted", "no-zone"})
# Why an unconfirmed import ended.
ENDED = {
    "person-erased": _l(
        "A person of this edition was erased at their request, and files that nobody had confirmed were deleted with "
        "their data. Nothing in this file was imported. Check the file and import it again."
    ),
    "data-deleted": _l(
        "The file was deleted when the edition's time for keeping such data was over. Nothing of it was imported."
    ),
}
# Why an import may stop for reasons outside its file.
PASSING = ("error", "unavailable", "stale")


def field_words(field: str) -> str:
    """For title.en: Title (English)."""
    return _words_of({**agenda_words.FIELDS, **FIELD_NAMES}, field)


def session_field(field: str) -> str:
    return _words_of(agenda_words.FIELDS, field)


def _words_of(names: dict[str, Any], field: str) -> str:
    name, _dot, code = field.partition(".")
    return f"{names[name]} ({OWN_NAMES[code]})" if code else str(names[name])


def session_fault(code: str) -> str:
    return str(agenda_words.FAULTS.get(code) or row_fault(code))


def agenda_format(read_as: str) -> str:
    return str(agenda_words.FORMAT_NAMES[read_as])


def session_value(value: str, code: str) -> str:
    """Describe a value of the file; a number gets its unit."""
    number, _arrow, zone = value.partition(" → ")
    if code not in OF_SESSIONS or not number.isdigit():
        return value
    return f"{ngettext('%(num)s session', '%(num)s sessions', int(number))} → {zone}"


def unreadable(why: str, at: str = "", among: Sequence[str] = ()) -> str:
    """Why a file cannot be read, and where."""
    words = str({**UNREADABLE, **agenda_words.UNREADABLE}[why])
    if "%(" in words:
        words %= {name: f"{limit:,}" for name, limit in LIMITS.items()}
    if among:
        return " ".join((words, ", ".join(f"“{name}”" for name in among)))
    return f"{session_place(at)}: {words}" if at else words


def session_place(at: str) -> str:
    """Translate a position in a file, as "row 3, Code" or "line 2, column 9"; a path stays as is."""
    return _NUMBERED.sub(_numbered, at)


def _numbered(match: re.Match[str]) -> str:
    kind, number = (match[1], match[2]) if match[1] else (match[3], match[4])
    return str(agenda_words.PLACES[kind] % {"number": number})


def stopped(fault: str | None) -> str:
    """Return why an import was refused, or nothing if it may succeed when tried again."""
    if not fault or fault in PASSING:
        return ""
    return str(REFUSALS[fault]) if fault in REFUSALS else faults.fault(fault)


def ended(fault: str | None) -> str:
    """Return why an unconfirmed import ended, or nothing if somebody canceled it."""
    return str(ENDED[fault]) if fault in ENDED else ""


def row_fault(code: str, bound: str = "") -> str:
    """`bound` is that of a number, where it is known."""
    if bound:
        return bound_words(code, bound)
    return str(ROW_FAULTS.get(code, code))


def review_words(code: str) -> str:
    return str(REVIEW[code])


def alike_reason(code: str) -> str:
    return str(REASONS.get(code, code))

"""The words for the codes of faults and refusals, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask_babel.speaklater import LazyString

# Errors of one field, shown next to it.
FAULTS: Mapping[str, LazyString] = {
    "required": _("Please fill this in."),
    "invalid": _("This value cannot be used."),
    "unknown": _("This is not known here."),
    "not-for-this-paper": _("This paper does not know this choice."),
    "too-small-for-large-print": _("Large print needs whole sheets, A4 or Letter."),
    "only-half-sheets": _("Only A5 and half Letter are laid out two on a sheet."),
    "not-earlier": _("This must be an earlier version."),
    "not-for-the-shop": _("A print shop wants single pages."),
    "only-on-sheets": _("This needs a stock with several badges on a sheet."),
    "only-single-badges": _("A print shop wants single badges: choose a stock with one badge a page."),
    "no-such-label": _("The sheet has no such label."),
    "offset-too-large": _("At most 20 mm, to either side."),
    "beyond-the-page": _("The labels would reach beyond the page."),
    "over-the-next": _("The labels would lie over each other."),
    "line-break": _("This must be a single line, without line breaks."),
    "not-plain": _("This contains characters that cannot be stored."),
    "not-a-letter": _("Please write letters only, without emoji or other pictures: this is printed on the badge."),
    "not-latin": _("Please write this in Latin letters, as your passport does."),
    "too-long": _("This is too long."),
    "too-short": _("This is too short."),
    "too-small": _("This is too small."),
    "too-large": _("This is too large."),
    "not-a-file": _("Please choose a PDF, a picture, or a Word or Excel file."),
    "not-a-photo": _("Please choose a photo: a JPEG, PNG or WebP file."),
    "file-too-large": _("This file is too large; 10 MB is the most."),
    "file-damaged": _("This file is damaged. Please save it again in the program it comes from."),
    "file-locked": _("This file is protected by a password. Please send one that is not."),
    "file-with-macros": _("This file holds macros. Please save it without them."),
    "no-longer-asked": _("The organizer no longer asks for one of these. Please look at the list again."),
    "file-gone": _("This file is not here any more. Please choose it again."),
    "too-many-files": _("Too many files are waiting at the moment. Please try again tomorrow."),
    "too-many": _("These are too many."),
    "not-a-number": _("Please enter a number."),
    "not-a-date": _("Please enter a date."),
    "not-a-time": _("Please enter a date and a time."),
    "out-of-years": _("Choose a date between the years 1900 and 2999."),
    "time-does-not-exist": _("The clocks go forward and skip this time on that day. Choose another one."),
    "taken": _("This is in use already."),
    "reserved": _("This word is reserved for other pages."),
    "not-an-option": _("Please choose one of the options."),
    "option-full": _("What you chose is full by now. Please choose something else."),
    "not-an-email": _("Please enter a complete mail address."),
    "not-a-phone": _("Please enter a complete phone number."),
    "phone-without-country-code": _("Please begin the number with its country code, for example +86 or +1."),
    "changed-meanwhile": _("Your registration was changed in the meantime. Please check it, and send it again."),
    "already-registered": _("This person is registered already."),
    "same-person": _("This is the person who is registered already."),
    "another-person": _(
        "This is another person's name. If someone comes instead of you, transfer your registration to them."
    ),
    "must-agree": _("Please agree to the privacy notice to register."),
    "not-a-slug": _("Please use lower-case letters, digits and single hyphens only."),
    "not-a-color": _("Please enter a color such as #1f4e79."),
    "not-an-interpreter": _("Only interpreters speak on a channel."),
    "above-room": _("The room does not hold so many."),
    "below-places": _("A session in this room has more places for registrants than it would seat."),
    "never-ignored": _("That a person cannot be there is never ignored."),
    "below-taken": _("More places than this are given already."),
    "unknown-zone": _("There is no such time zone."),
    "unknown-language": _("This language is not offered here."),
    "lasts-too-long": _("It would last much too long."),
    "ends-before-start": _("The end comes before the start."),
    "loop": _("An organization cannot be part of itself."),
}

# The same where the bound is known.
BOUNDS: Mapping[str, LazyString] = {
    "too-small": _("Write %(bound)s or more."),
    "too-large": _("Write %(bound)s or less."),
}

# Of a whole request, shown above the form.
REFUSALS: Mapping[str, LazyString] = {
    "conflict": _("This cannot be done now."),
    "not-found": _("This does not exist."),
    "forbidden": _("You may not do this."),
    "invalid": _("Please check the marked fields."),
    "stale": _("Someone else changed this in the meantime. Please look at it again."),
    "already-exists": _("This exists already."),
    "already-registered": _("This person is registered already."),
    "no-places-left": _("There are no places left."),
    "too-many-for-address": _("Many people have just registered with this mail address. Please try again in an hour."),
    "registration-closed": _("Registration is closed."),
    "registration-canceled": _("This registration was canceled. If you have questions, please ask the organizer."),
    "confirmation-ended": _("The time to confirm the email address is over. Please register again."),
    "fewer-places": _("Fewer places are free than when you looked. Please look at it again."),
    "not-transferable": _("This registration is for one person and cannot be transferred."),
    "place-of-its-own": _(
        "A place of a block, over capacity, on the waitlist or of accredited media belongs to its type."
    ),
    "not-media": _("This registration type does not accredit media."),
    "no-plus-ones-left": _("As many people come along as may."),
    "changes-over": _("The last day for changes is over. Please ask the organizer."),
    "type-undecided": _(
        "As which type its members are registered is not clear yet. Ask the organizers to register the first of them."
    ),
    "named-is-gone": _(
        "A registration type or delegation that was named for the whole file is gone, or has another code by now."
        " Bring the file again."
    ),
    "session-full": _("All places of this session are taken."),
    "sessions-clash": _("Two of these sessions are at the same time."),
    "wrong-status": _("This is not possible in the registration's present status."),
}

# The built-in options of questions about food.
DIETS: Mapping[str, LazyString] = {
    "halal": _("Halal"),
    "vegetarian": _("Vegetarian"),
    "vegan": _("Vegan"),
    "no-pork": _("No pork"),
    "no-beef": _("No beef"),
    "no-seafood": _("No seafood"),
    "no-alcohol": _("No alcohol"),
    "gluten-free": _("Gluten-free"),
    "nut-free": _("No nuts"),
}


def fault_words(code: str) -> LazyString:
    return FAULTS.get(code, FAULTS["invalid"])


def bound_words(code: str, bound: float | str) -> str:
    """Of a number that is beyond it."""
    return str(BOUNDS[code]) % {"bound": bound if isinstance(bound, str) else f"{bound:.15g}"}


def refusal_words(code: str) -> LazyString:
    return REFUSALS.get(code, REFUSALS["conflict"])

"""What is wrong with a field of a form, in words."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from forumapp.schemas.messages import BOUNDS, bound_words

FAULTS: dict[str, Any] = {
    "required": _l("This is needed."),
    "nobody-comes": _l("Say for whom it is: at least one delegation, group or person."),
    "each-once": _l("Name each of them once."),
    "not-a-journey": _l("Only a flight or a train has a carrier, a number and terminals."),
    "form-changed": _l(
        "Someone else changed the form in the meantime. Look at it, or add this question to it as it is."
    ),
    "open-too-long": _l("This page was open for more than a day. Please look at it again and send it once more."),
    "title-or-none": _l("Write a title, or say below that there is none."),
    "title-there": _l("The person has this title at this organization already."),
    "too-long": _l("This is too long."),
    "too-short": _l("This is too short."),
    "too-common": _l("This password is easy to guess. Choose another one."),
    "wrong-password": _l("This password is wrong, or there were too many tries. Check it, or wait a few minutes."),
    "wrong-code": _l("This code is wrong, or there were too many tries. Wait for the next code and type that one."),
    "not-the-same": _l("The two passwords do not match."),
    "not-plain": _l("This contains characters that cannot be stored."),
    "not-a-number": _l("Write a whole number."),
    "too-small": _l("This number is too small."),
    "too-large": _l("This number is too large."),
    "not-a-date": _l("Write a date, as in 2023-05-22."),
    "out-of-years": _l("Choose a date between the years 1900 and 2999."),
    "not-a-time": _l("Write a date and a time."),
    "not-a-choice": _l("Choose one of the list."),
    "not-a-color": _l("Write a color, as in #1f4e79."),
    "not-a-layout": _l("This is not a layout that rooms can have."),
    "not-https": _l("Write a whole address that begins with https://, as in https://maps.example/hall."),
    "not-a-letter": _l("Write letters only, without emoji or other pictures: this is printed on the badge."),
    "not-latin": _l("Write this in Latin letters, as in a passport. Other letters have a field of their own below."),
    "nothing-to-correct": _l("Change something above, or write here what should be different."),
    "not-a-slug": _l("Use lower-case letters, digits and hyphens."),
    "not-an-email": _l("Write an e-mail address."),
    "not-a-phone": _l("Write digits, with + before the country code if you like, as in +86 10 1234 5678 ext. 9."),
    "reserved": _l("This word means another page."),
    "taken": _l("Another one has this already."),
    "already-exists": _l("Another one has this already."),
    "no-places-left": _l("No places are left. Raise their number, or choose another type."),
    "same-person": _l("This is the person who is registered already."),
    "already-registered": _l("This person is registered already."),
    "unknown": _l("This does not exist in this edition."),
    "unknown-zone": _l("There is no such time zone; write one as in America/Los_Angeles."),
    "unknown-language": _l("Choose at least one language."),
    "ends-before-start": _l("The end comes before the start."),
    "time-does-not-exist": _l("The clocks go forward and skip this time on that day. Choose another one."),
    "time-is-ambiguous": _l("The clocks show this time twice on that day. Choose which one you mean."),
    "has-a-head": _l("The delegation has a head already. Give that member another role first."),
    "has-members": _l("It has members already."),
    "below-members": _l("More members than this are in it already."),
    "by-invitation": _l("A type by invitation only has no form that is open to everyone. Choose one of the two."),
    "day-over": _l("This day is over."),
    "name-or-email-required": _l("Write a name or an e-mail address at least."),
    "no-places-of-type": _l("The type has not so many places left. Raise its number of places first."),
    "no-places-of-edition": _l("The whole forum has not so many places left. Raise their number first."),
    "block-full": _l("All places of this block have a name, or someone is invited to them."),
    "not-for-media": _l("An accreditation is one person's own: it cannot be handed to another person."),
    "accredited": _l("Someone is accredited with this type already."),
    "not-over-capacity": _l("A place of a block is not over capacity. Choose one of the two."),
    "of-another-type": _l("This block is of another registration type."),
    "in-all-rooms": _l("It takes every room. Choose no single one, or untick that."),
    "not-an-interpreter": _l("Only interpreters speak on a channel."),
    "above-room": _l("The room does not hold so many."),
    "never-ignored": _l("That a person cannot be there is never ignored."),
    "below-taken": _l("More places than this are taken already."),
    "both-languages-needed": _l("Write it in both languages."),
    "which-one": _l("More than one may be meant. Choose the one you mean."),
    "is-it-this": _l("Only this one is similar. Choose it if you mean it, or write another name."),
    "new-or-mistyped": _l("Nothing is found by this name. Check it, or say that it is to be added."),
    "nothing-found": _l("Nothing is found by this name. Check it, or leave it empty."),
    "called-the-same": _l("Two options are called the same. Call one of them otherwise."),
    "circle": _l("It would depend on its own answer in the end."),
    "for-organizers": _l("A question for everyone cannot depend on one for organizers."),
    "others-depend": _l("Another question depends on it. Change what that one depends on first."),
    "loop": _l("It would be a part of itself."),
    "liaison-of-none": _l("Choose at least one delegation for a delegation liaison."),
    "only-for-liaisons": _l(
        "Only a delegation liaison can be limited to delegations. Choose that role, or no delegation."
    ),
    "has-access": _l("This person already has access to the edition."),
    "account-closed": _l("The account with this address is closed."),
    "before-the-end": _l("Choose a date that is not before the end of the forum."),
    "later-than-a-year": _l("Choose a date within a year after the forum."),
    "in-the-past": _l("Choose a date in the future."),
    "too-far-off": _l("Choose a date within two years."),
    "does-no-tasks": _l("People with this role can only look. Choose another role."),
    "last-owner": _l("An edition needs at least one owner who can sign in. Make someone else an owner first."),
    "has-joined": _l("This person has already joined and does not need an invitation."),
    "not-a-picture": _l("This is not a picture that can be shown. Choose a PNG, JPEG, WebP, GIF or SVG file."),
    "not-a-photo": _l("This is a drawing. Choose a photo: a PNG, JPEG, WebP or GIF file."),
    "broken-picture": _l("This picture is damaged or incomplete. Save it again in the program it comes from."),
    "picture-too-large": _l("This file is too large. Save the picture smaller."),
    "too-many-pixels": _l("This picture has too many pixels. Save it smaller."),
    "too-complex": _l("This drawing is too complicated. Save it as a PNG file instead."),
    "drawing-without-size": _l("This drawing does not say how large it is. Save it with a size, or as a PNG file."),
    "has-this-role": _l("This organization has this role already."),
    "host-and-co-host": _l("This organization is a host or co-host already. It cannot be both."),
    "delegation-or-office": _l("A name proof is of a delegation or of an office. Choose one of the two."),
    "has-proof": _l("There is a name proof for it already. Open that one, or remove it first."),
    "not-its-beginning": _l("The name in its own script does not begin with this."),
    "two-languages": _l("Two languages are written here at once. Write one of them here, the other in its own row."),
    "only-for-sponsors": _l("Only a sponsor has a level."),
    "choose-again": _l("Choose the picture again: it is no longer kept."),
    "unknown-placeholder": _l("There is no such placeholder. Use those that are listed:"),
    "not-a-clock-time": _l("Write a time of the day, as in 09:00."),
    "already-passed": _l("This time has passed. Choose a later one."),
    "needs-link": _l("Without {link}, people cannot open their own page."),
    "own-two-factor-first": _l("Turn on two-factor sign-in for yourself first, so that you do not lock yourself out."),
}
UNEXPLAINED = _l("This value is not accepted here.")


def fault(code: str) -> str:
    """The words for a code; what it is about may follow after a colon."""
    word, _colon, what = code.partition(":")
    if what and word in BOUNDS:
        return bound_words(word, what)
    return f"{FAULTS.get(word, UNEXPLAINED)} {what}".strip()

"""Errors of registration."""

from __future__ import annotations

from forumapp.core.errors import Refusal


class RegistrationClosed(Refusal):
    code = "registration-closed"


class TooManyForAddress(Refusal):
    """Too many public registrations use one email address. `retry_after` is in seconds."""

    status, code = 429, "too-many-for-address"


class FewerPlaces(Refusal):
    """More people of a group would join the waitlist than its contact agreed to. `details` has their number."""

    code = "fewer-places"


class AlreadyRegistered(Refusal):
    """Raised only for callers who may know who is registered. The public gets the answer of a new registration."""

    code = "already-registered"


class NoPlacesLeft(Refusal):
    code = "no-places-left"


class OfferEnded(Refusal):
    """The time to accept an offered spot is over."""

    code = "offer-ended"


class ConfirmationEnded(Refusal):
    """The email address was not confirmed in time."""

    status, code = 410, "confirmation-ended"


class RegistrationCanceled(Refusal):
    """The registration was canceled before its email address was confirmed."""

    status, code = 410, "registration-canceled"


class ChangesOver(Refusal):
    """The last day on which registrants can change their own registration has passed."""

    code = "changes-over"


class NotTransferable(Refusal):
    """The spot is personal: it cannot be given to someone else or renamed."""

    code = "not-transferable"


class PlaceOfItsOwn(Refusal):
    """The registration cannot change its type: its spot belongs to an allotment, is over capacity, is on the waitlist
    or is accredited media. Another type has no such spot, and the change could not be undone.
    """

    code = "place-of-its-own"


class SessionFull(Refusal):
    """A session with sign-up is full. `details` names it."""

    code = "session-full"


class SessionsClash(Refusal):
    """Two chosen sessions overlap. `details` names them."""

    code = "sessions-clash"


class NoPlusOnesLeft(Refusal):
    """The registrant brings as many people as their type allows, or is a plus-one themselves."""

    code = "no-plus-ones-left"


class WrongStatus(Refusal):
    """The registration's status does not allow this. `details` has the status."""

    code = "wrong-status"


class InvitationEnded(Refusal):
    """The invitation's link was replaced, or `state` says that it is answered, revoked or expired."""

    status, code = 410, "invitation-ended"


class NotMedia(Refusal):
    """The registration's type does not accredit media."""

    code = "not-media"

"""What registration refuses."""

from __future__ import annotations

from forumapp.core.errors import Refusal


class RegistrationClosed(Refusal):
    code = "registration-closed"


class TooManyForAddress(Refusal):
    """The public has registered too many people with one mail address; `retry_after` is in seconds."""

    status, code = 429, "too-many-for-address"


class FewerPlaces(Refusal):
    """More of a group would wait than whoever registers it has agreed to; `details` says how many of them."""

    code = "fewer-places"


class AlreadyRegistered(Refusal):
    """Only for those who may know who is registered; the public gets a newcomer's answer."""

    code = "already-registered"


class NoPlacesLeft(Refusal):
    code = "no-places-left"


class OfferEnded(Refusal):
    """A place was held for a time, which is over."""

    code = "offer-ended"


class ConfirmationEnded(Refusal):
    """The email address was not confirmed in time."""

    status, code = 410, "confirmation-ended"


class RegistrationCanceled(Refusal):
    """The registration whose email address is to be confirmed was canceled."""

    status, code = 410, "registration-canceled"


class ChangesOver(Refusal):
    """The last day on which registrants change their own registration is over."""

    code = "changes-over"


class NotTransferable(Refusal):
    """The place is one person's own: neither is it handed on, nor is another name put on it."""

    code = "not-transferable"


class PlaceOfItsOwn(Refusal):
    """The place is one of a block, one over capacity, one in a queue or one of accredited media: another type has none
    for it, and it could not be had back.
    """

    code = "place-of-its-own"


class SessionFull(Refusal):
    """All places of a session that registrants choose are taken; `details` says of which."""

    code = "session-full"


class SessionsClash(Refusal):
    """Two sessions at one time; `details` says which."""

    code = "sessions-clash"


class NoPlusOnesLeft(Refusal):
    """As many people come with them as their registration type lets them bring, or they come with someone."""

    code = "no-plus-ones-left"


class WrongStatus(Refusal):
    """The registration is not in a state that allows this; `details` says in which it is."""

    code = "wrong-status"


class InvitationEnded(Refusal):
    """Its link was replaced, or it is `state`: answered, revoked or expired."""

    status, code = 410, "invitation-ended"


class NotMedia(Refusal):
    """The registration's type does not accredit media."""

    code = "not-media"

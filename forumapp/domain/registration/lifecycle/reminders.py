"""Reminders to registrants who have not answered an offer, or whose data is incomplete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import NotFound, Refusal
from forumapp.domain.accounts.access import require_row
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import record
from forumapp.domain.mail import services as mail
from forumapp.domain.mail.models import Message
from forumapp.domain.mail.suppressing import refuse_suppressed
from forumapp.domain.mail.wording import MailKind
from forumapp.domain.registration.emails import letters_about
from forumapp.domain.registration.errors import OfferEnded
from forumapp.domain.registration.forms.questions import Kind, for_public
from forumapp.domain.registration.lifecycle.self_service import refuse_unchangeable
from forumapp.domain.registration.lists.conditions import find_missing
from forumapp.domain.registration.lists.filters import Lack
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import REST, RegistrationStatus

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor

ASKED_BY = {Lack.PHOTO: Kind.PHOTO, Lack.DIET: Kind.DIET}
# The words of the mail, in the order of the page.
WORDS = {
    Lack.LATIN_NAME: {"en": "your name in Latin letters", "zh-Hans": "拉丁字母姓名"},
    Lack.NATIVE_NAME: {"en": "your name in your own script", "zh-Hans": "中文姓名（或其他母语）"},
    Lack.PHOTO: {"en": "a photo", "zh-Hans": "照片"},
    Lack.DIET: {"en": "what you eat", "zh-Hans": "用餐需求"},
    Lack.ANSWER: {"en": "answers that the form requires", "zh-Hans": "表单的必答项"},
}
BETWEEN = {"en": ", ", "zh-Hans": "、"}


class NothingToAnswer(Refusal):
    """The registrant has no open offer, and nothing is missing that they could enter on their own page."""

    code = "nothing-to-answer"


class RemindedLately(Refusal):
    code = "reminded-lately"


def remind(db: DbSession, edition_id: int, registration_id: int, *, actor: Actor, now: datetime) -> Registration:
    """Mail a reminder about the open offer, or else about missing data, as it is now.

    Raises NothingToAnswer, RemindedLately, OfferEnded, ChangesOver, WrongStatus and TakesNoMail.
    """
    require_row(db, edition_id, Permission.SEND_MAIL, "registration", registration_id, actor=actor)
    # Locked: of two simultaneous reminders, the second sees the mail of the first.
    here = (Registration.id == registration_id, Registration.edition_id == edition_id)
    row = db.scalar(select(Registration).where(*here).with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotFound(entity="registration")
    kind, more = _asked(db, row, now=now)
    letter = letters_about(db, [row.id])[row.id]
    refuse_suppressed(db, letter.recipient)
    _refuse_lately(db, row, kind, now=now)
    mail.ask(
        db,
        key=f"{kind}-{row.id}-again-{now.timestamp():.6f}",
        template=kind,
        recipient=letter.recipient,
        language=letter.language,
        values={**letter.values, **more},
        edition_id=edition_id,
        about="registration",
        about_id=row.id,
        now=now,
    )
    record(db, "reminded", "registration", row.id, actor=actor, now=now, edition_id=edition_id)
    return row


def list_missing(db: DbSession, row: Registration, *, now: datetime) -> list[Lack]:
    """The missing data that registrants can enter on their own page.

    Raises NothingToAnswer, and ChangesOver or WrongStatus if that page is closed.
    """
    kind = db.get_one(RegistrationType, row.type_id)
    asked = {question["kind"] for question in for_public(kind.questions)}
    takes = {lack for lack, question in ASKED_BY.items() if question in asked}
    takes |= {Lack.ANSWER} if asked else set()
    takes |= {Lack.LATIN_NAME, Lack.NATIVE_NAME} if kind.is_transferable else set()
    missing = [lack for lack in find_missing(db, row) if lack in takes]
    if not missing:
        raise NothingToAnswer
    refuse_unchangeable(db, row, now=now)
    return missing


def describe_missing(lacks: Collection[Lack]) -> dict[str, str]:
    labels = [label for lack, label in WORDS.items() if lack in lacks]
    return {language: separator.join(label[language] for label in labels) for language, separator in BETWEEN.items()}


def _asked(db: DbSession, row: Registration, *, now: datetime) -> tuple[MailKind, dict[str, Any]]:
    """The kind of mail to send, and its values in addition to the usual ones."""
    if row.status == RegistrationStatus.OFFERED:
        if row.offer_ends_at is None or row.offer_ends_at <= now:
            raise OfferEnded
        return MailKind.OFFERED, {}
    return MailKind.MISSING, {"missing": describe_missing(list_missing(db, row, now=now))}


def _refuse_lately(db: DbSession, row: Registration, kind: MailKind, *, now: datetime) -> None:
    about = (Message.about == "registration", Message.about_id == row.id)
    last = select(Message.id).where(*about, Message.template == kind, Message.created_at > now - REST)
    if db.scalar(last.limit(1)) is not None:
        raise RemindedLately

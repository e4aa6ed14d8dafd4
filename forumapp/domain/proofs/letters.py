"""The mail with which a name check goes out, and the link that it carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.core.tokens import ending
from forumapp.domain.forums.link_lifetimes import days_from_signing, link_ends
from forumapp.domain.forums.models import EditionStatus
from forumapp.domain.mail import services as mail
from forumapp.domain.proofs.rules import LINK_PURPOSE

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.proofs.models import NameProof

TEMPLATE = "name-proof"
ABOUT = "name_proof"
PAGE = "proof"  # where the link leads, before its signed part


def link_of(row: NameProof, edition: Edition) -> dict[str, Any]:
    """What is signed when a link is shown or sent, so that none is ever kept."""
    return {
        "purpose": LINK_PURPOSE,
        "values": [row.id, row.link_number],
        "ends": link_ends(edition.ends_on).isoformat(),
        "days": days_from_signing(is_open=edition.status == EditionStatus.OPEN),
        "page": PAGE,
    }


def ends(row: NameProof, edition: Edition, *, now: datetime) -> datetime:
    """Until when a link that is made now opens."""
    return ending(link_of(row, edition), now=now)


def opens(row: NameProof, edition: Edition, *, now: datetime) -> bool:
    """Whether it opens at all: not so long after the forum."""
    return ends(row, edition, now=now) > now


def send(db: DbSession, row: NameProof, edition: Edition, *, now: datetime) -> None:
    """Each call is one mail: its moment is in the key."""
    assert row.email, "asked before"  # noqa: S101 (a mistake of ours, not of a caller)
    values = {
        "name": "",
        "proof_name": dict(row.name),
        "edition_slug": edition.slug,
        "edition_name": dict(edition.name),
        "starts_on": edition.starts_on.isoformat(),
        "ends_on": edition.ends_on.isoformat(),
        "link": link_of(row, edition),
    }
    mail.ask(
        db,
        key=f"{TEMPLATE}-{row.id}-{now.timestamp():.6f}",
        template=TEMPLATE,
        recipient=row.email,
        language=row.language,
        values=values,
        edition_id=row.edition_id,
        about=ABOUT,
        about_id=row.id,
        now=now,
    )

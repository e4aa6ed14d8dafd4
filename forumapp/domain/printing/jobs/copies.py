"""What of printing the next edition begins with: badge designs as they are now, stocks and printers, and what letters
say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.database.flushing import flush
from forumapp.domain.accounts.edition_copies import ClonePart
from forumapp.domain.printing.custom_stocks import MEASURES
from forumapp.domain.printing.letter_models import LetterForm
from forumapp.domain.printing.models import BadgeDesign, BadgeDesignVersion, BadgeStock, Printer

if TYPE_CHECKING:
    from forumapp.domain.accounts.edition_copies import Copying


@dataclass(frozen=True, slots=True)
class _Designs(ClonePart):
    def copy(self, copying: Copying) -> None:
        """Each with the version in use as its first; earlier ones were of papers there."""
        ClonePart.copy(self, copying)
        version, became = BadgeDesignVersion, copying.became[BadgeDesign.__tablename__]
        query = (
            select(version)
            .join(BadgeDesign, (BadgeDesign.id == version.design_id) & (BadgeDesign.number == version.number))
            .where(version.edition_id == copying.source_id)
        )
        for one in copying.db.scalars(query).all():
            copying.db.add(
                version(
                    edition_id=copying.target_id,
                    design_id=became[one.design_id],
                    number=1,
                    layout=one.layout,
                    logo_id=one.logo_id,
                    made_by=copying.actor.account_id,
                    created_at=copying.now,
                    updated_at=copying.now,
                )
            )
        flush(copying.db)


DESIGNS = _Designs("badge-designs", BadgeDesign, ("code", "name", "ready"))
# Who signs, until when one answers and what serials begin with is said anew.
LETTER_FORMS = ClonePart("letter-forms", LetterForm, ("kind", "text", "dress", "has_seal"))
STOCKS = ClonePart("badge-stocks", BadgeStock, ("code", "name", *MEASURES))
PRINTERS = ClonePart("badge-printers", Printer, ("code", "name", "offset_x", "offset_y"))

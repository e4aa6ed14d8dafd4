"""Pictures: logos, photos and floor plans."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from forumapp.core.database.columns import Row, Words, choice, unlogged
from forumapp.core.database.db import Base
from forumapp.domain.images.rules import MediaType


class Image(Row, Base):
    """A picture as it is shown and printed: checked, shrunk, without what cameras and editors add.

    It never changes; a new upload is a new row. The bytes stand in the database, so that a refusal takes them back
    with the rest and an erasure ends them with the row.
    """

    __tablename__ = "image"
    __table_args__ = (CheckConstraint("width > 0 AND height > 0", name="has_a_size"),)

    media_type: Mapped[MediaType] = mapped_column(choice(MediaType))
    width: Mapped[int] = mapped_column(Integer)  # pixels; of a drawing, its own units
    height: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[Words] = mapped_column(index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, info=unlogged())

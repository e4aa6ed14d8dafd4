"""What an edition says in its mails, and to whom it writes."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forumapp.core.columns import OfEdition, Texts, Versioned, Words
from forumapp.core.db import Base


class MailText(OfEdition, Versioned, Base):
    """How the edition words one kind of mail, in the languages in which it differs from ours.

    There is a row once someone has changed it; what it does not say is said by `mail.wording`.
    """

    __tablename__ = "mail_text"
    __table_args__ = (UniqueConstraint("edition_id", "kind"),)

    kind: Mapped[Words] = mapped_column()  # of `mail.wording.MailKind`, which grows
    subject: Mapped[Texts]
    text: Mapped[Texts]

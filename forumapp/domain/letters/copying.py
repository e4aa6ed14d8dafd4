"""The next edition words its mails as this one does."""

from __future__ import annotations

from forumapp.domain.accounts.copying import ClonePart
from forumapp.domain.letters.models import MailText

MAIL_TEXTS = ClonePart("mail-texts", MailText, ("kind", "subject", "text"), optional=True)

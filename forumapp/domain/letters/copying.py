"""The next edition words its mails, and reminds, as this one does."""

from __future__ import annotations

from forumapp.domain.accounts.edition_copies import ClonePart
from forumapp.domain.letters.models import MailReminder, MailText

MAIL_TEXTS = ClonePart("mail-texts", MailText, ("kind", "subject", "text"), optional=True)
MAIL_REMINDERS = ClonePart("mail-reminders", MailReminder, ("days_before", "at_time"), optional=True)

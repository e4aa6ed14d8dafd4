"""The outbox, email texts, mailings and reminders."""

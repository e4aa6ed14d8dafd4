"""Email texts, mailings, and the mails of one registration."""

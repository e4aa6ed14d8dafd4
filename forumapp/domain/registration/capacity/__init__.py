"""The counters that keep a type, an option or a session from being overfilled."""

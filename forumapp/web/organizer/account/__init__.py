"""One's own account, and signing in."""

"""A speaker's own page, and the name check of an office, behind signed links."""

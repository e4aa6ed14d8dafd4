"""Changing, ordering and removing rows of an edition."""

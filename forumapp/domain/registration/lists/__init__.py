"""Registrations as lists: filtered, searched, counted."""

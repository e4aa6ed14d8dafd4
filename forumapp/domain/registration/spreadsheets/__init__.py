"""Registrations as rows of a table, in and out."""

"""Stored files, cached files, and spreadsheets."""

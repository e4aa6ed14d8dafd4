"""Badges and tickets, from values to pages."""

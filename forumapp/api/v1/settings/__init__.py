"""Editions and what belongs to them."""

"""Importing an agenda."""

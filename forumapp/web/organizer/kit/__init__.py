"""Shared by all pages: the signed-in user, how records are displayed, and safe repeats."""

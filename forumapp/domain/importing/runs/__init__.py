"""Imports from the upload to the last row."""

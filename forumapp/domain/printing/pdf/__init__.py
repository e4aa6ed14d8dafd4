"""Fonts, pictures and pages of PDF files."""

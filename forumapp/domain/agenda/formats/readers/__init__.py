"""A reader for each format. Pure."""

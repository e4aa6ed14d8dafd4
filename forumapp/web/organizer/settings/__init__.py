"""The edition's settings, its venues, and its team."""

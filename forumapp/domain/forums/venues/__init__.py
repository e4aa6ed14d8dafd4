"""Venues, rooms, and the minutes between places."""

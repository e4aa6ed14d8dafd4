"""Stations that scan codes, and the roll-call of a captain."""

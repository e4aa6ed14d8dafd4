"""Itineraries, groups and hotel rooms of a delegation."""

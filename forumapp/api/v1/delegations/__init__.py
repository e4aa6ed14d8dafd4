"""Delegations, itineraries, coaches, hotel rooms."""

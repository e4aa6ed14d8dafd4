"""Seats on a stage and at tables."""

"""Vehicles, their runs, and who rides in them."""

"""Registering, alone or invited."""

"""Shapes of drawings that a template writes without a script. Pure."""

"""Imports and exports from the console."""

"""Importing people and organizations."""

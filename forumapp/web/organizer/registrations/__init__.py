"""Registrations and their actions."""

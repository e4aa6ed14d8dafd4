"""Importing registrations and lists of delegations."""

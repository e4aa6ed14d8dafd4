"""Formal letters: invitations and certificates."""

"""Invitations: written, sent and read."""

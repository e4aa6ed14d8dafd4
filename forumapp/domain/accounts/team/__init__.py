"""Accounts and their roles in editions."""

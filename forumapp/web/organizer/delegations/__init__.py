"""Delegations, their coaches, and the liaison's workspace."""

"""The tables of delegations."""

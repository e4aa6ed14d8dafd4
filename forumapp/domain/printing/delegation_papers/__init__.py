"""The working papers of delegations."""

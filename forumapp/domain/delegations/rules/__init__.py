"""The rules of delegations and their itineraries. Pure."""

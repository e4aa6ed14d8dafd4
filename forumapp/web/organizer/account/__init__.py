"""The organizer's account, and signing in."""

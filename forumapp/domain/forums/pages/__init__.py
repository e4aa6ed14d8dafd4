"""The pages that organizers write."""

"""The waitlist and what frees a spot."""

"""Check-in, the desk, and the day in numbers."""

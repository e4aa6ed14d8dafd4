"""The registration desk, checkpoints, and the day in numbers."""

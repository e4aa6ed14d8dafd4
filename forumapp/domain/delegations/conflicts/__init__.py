"""People who are wanted in two places at once."""

"""What an edition is, where it takes place, and who works on it."""

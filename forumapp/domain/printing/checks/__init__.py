"""What to correct before printing."""

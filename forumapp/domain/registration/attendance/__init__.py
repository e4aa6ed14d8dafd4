"""Who came, and when they were there."""

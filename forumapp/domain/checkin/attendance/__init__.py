"""Who came, and closing check-in."""

"""Series and editions: set up, shown, archived."""

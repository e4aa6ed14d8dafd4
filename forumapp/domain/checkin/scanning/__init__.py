"""A code is scanned: by whom, whose it is, whether they pass."""

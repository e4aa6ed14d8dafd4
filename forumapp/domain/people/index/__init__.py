"""Words and keys by which records are found, and which are likely of one person."""

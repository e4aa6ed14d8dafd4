"""Papers that are lists: their values, words and layout."""

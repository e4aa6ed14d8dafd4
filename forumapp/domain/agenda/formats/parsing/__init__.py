"""Values, texts and times out of foreign files. Pure."""

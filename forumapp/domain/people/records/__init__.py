"""People and organizations: their records, posts, offices and titles."""

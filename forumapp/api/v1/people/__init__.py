"""People, organizations, precedence, name checks."""

"""People and organizations, precedence, seating and name checks."""

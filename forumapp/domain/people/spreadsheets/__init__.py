"""People and organizations as rows of a table, in and out."""

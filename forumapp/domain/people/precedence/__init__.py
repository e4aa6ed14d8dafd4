"""Orders of precedence."""

"""The day in numbers, read afresh at each request."""

"""The registration desk: search, check-in, walk-ins, undo."""

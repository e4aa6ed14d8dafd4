"""Several people by one contact, and the holder of an allotment."""

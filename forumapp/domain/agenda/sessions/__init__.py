"""Sessions with their parts, and the timetable."""

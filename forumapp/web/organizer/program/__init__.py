"""Sessions, speakers, the timetable, and publishing."""

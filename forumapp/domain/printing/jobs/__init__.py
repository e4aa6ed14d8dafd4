"""Print jobs, the log of what was printed, and what has changed since."""

"""Work on many rows, a batch at a time, that survives a killed process."""

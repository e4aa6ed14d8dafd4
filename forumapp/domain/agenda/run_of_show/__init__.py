"""The run of show, with its cues."""

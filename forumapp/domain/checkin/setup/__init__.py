"""Checkpoints, the devices at them, and who scans there."""

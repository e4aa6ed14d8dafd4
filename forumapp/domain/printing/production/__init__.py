"""From plain values to finished files."""

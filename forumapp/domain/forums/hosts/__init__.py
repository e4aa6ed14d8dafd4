"""Hosts, supporters and sponsors, and their levels."""

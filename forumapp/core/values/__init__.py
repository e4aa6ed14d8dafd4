"""Texts, times, numbers and other plain values. Pure."""

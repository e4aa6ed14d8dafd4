"""Requests: who sends them, how many, and the processes that answer."""

"""Proving who one is: passwords, second steps, browsers, and limits on guessing."""

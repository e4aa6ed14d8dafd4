"""Answers that are checked against the database, and files among them."""

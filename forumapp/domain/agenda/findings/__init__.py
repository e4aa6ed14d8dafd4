"""What is wrong with an agenda."""

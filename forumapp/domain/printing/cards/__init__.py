"""Cards, signs and seating plans."""

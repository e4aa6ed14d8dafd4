"""Hotel rooms and who sleeps in them."""

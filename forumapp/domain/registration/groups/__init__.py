"""Groups registered by one contact, and plus-ones."""

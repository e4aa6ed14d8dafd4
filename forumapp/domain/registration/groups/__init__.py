"""People whom one contact registers, and their plus-ones."""

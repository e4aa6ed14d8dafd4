"""What a station needs without the network, and what it did meanwhile."""

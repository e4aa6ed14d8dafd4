"""Changes of itineraries: recorded, read, sent."""

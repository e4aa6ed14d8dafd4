"""Groups of a delegation, and the people that each itinerary item is for."""

"""The items of itineraries, by day and by person."""

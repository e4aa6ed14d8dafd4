"""The program book, the pocket agenda and itinerary booklets."""

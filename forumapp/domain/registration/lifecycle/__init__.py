"""What happens to a registration, from the first request to the day after."""

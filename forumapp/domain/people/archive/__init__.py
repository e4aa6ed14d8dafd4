"""Names and photos as they were."""

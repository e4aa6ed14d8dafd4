"""Registration types: their forms, capacity and allotments."""

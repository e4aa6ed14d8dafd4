"""What a worker does at its hour or every few seconds."""

"""What speakers read and say by their own link."""

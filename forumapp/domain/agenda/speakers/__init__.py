"""What is agreed with speakers, and writing to them."""

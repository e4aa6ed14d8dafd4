"""The draft, what is published of it, and why it may not be."""

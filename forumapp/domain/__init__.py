"""What a forum is, a folder a part."""

"""What a reader calls the words that data keeps."""

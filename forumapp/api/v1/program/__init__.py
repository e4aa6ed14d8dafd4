"""Sessions, speakers, publishing."""

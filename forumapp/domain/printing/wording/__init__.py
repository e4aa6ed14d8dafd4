"""The fixed words, dates and languages of paper. Pure."""

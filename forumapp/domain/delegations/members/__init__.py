"""Who is in a delegation, who joins and who leaves."""

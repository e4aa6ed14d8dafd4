"""Papers: chosen, previewed, printed, logged."""

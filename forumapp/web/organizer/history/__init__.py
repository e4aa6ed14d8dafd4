"""The log of an edition and of a record, in words."""

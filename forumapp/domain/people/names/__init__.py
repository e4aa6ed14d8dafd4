"""How names are read, spelled, split and compared. Pure."""

"""Records of one person: found, merged, removed."""

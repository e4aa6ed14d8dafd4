"""Who and what is meant by what someone types."""

"""Sessions with limited spots, chosen by registrants or for them."""

"""What people do by a link that was sent to them."""

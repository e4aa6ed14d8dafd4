"""The questions of a registration form, and what is answered to them. Pure."""

"""Badge designs, stocks and printers."""

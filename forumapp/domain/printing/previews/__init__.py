"""Pages on the screen before they are printed, and what drawing them finds."""

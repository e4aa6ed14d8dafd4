"""The pack for a day without power or network."""

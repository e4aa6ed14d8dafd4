"""A registrant's own page, behind the signed link of their mail."""

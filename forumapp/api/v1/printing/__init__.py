"""Print jobs, badge designs, formal letters."""

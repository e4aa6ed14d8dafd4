"""WeasyPrint as we use it, with what leans on its private names."""

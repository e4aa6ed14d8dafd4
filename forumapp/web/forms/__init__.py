"""Forms, described once as fields, then shown, read and checked."""

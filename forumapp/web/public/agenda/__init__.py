"""The agenda as it was last published."""

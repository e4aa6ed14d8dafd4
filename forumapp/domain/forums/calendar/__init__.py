"""The calendar of an edition's tasks."""

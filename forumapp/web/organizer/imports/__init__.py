"""Importing tables and agendas."""

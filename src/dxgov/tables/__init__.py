"""Data in memory: Arrow tables, and records as views of their rows."""

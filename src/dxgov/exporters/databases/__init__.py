"""Database files and SQL."""

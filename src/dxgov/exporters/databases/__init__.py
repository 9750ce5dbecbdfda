"""Database files and the SQL that creates them."""

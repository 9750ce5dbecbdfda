"""Records and codes as linked data."""

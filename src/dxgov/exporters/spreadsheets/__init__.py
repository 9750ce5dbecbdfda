"""Files for Excel."""

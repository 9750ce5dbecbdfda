"""The bodies of the public functions."""

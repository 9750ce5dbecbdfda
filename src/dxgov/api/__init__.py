"""The public functions: load, validate, export, seal, verify, and units of work."""

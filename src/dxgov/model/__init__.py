"""The records, a module for each subject."""

"""Formats beside the package that a data set or its definition is exported to, a module each."""

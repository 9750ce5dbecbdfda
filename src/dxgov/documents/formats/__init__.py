"""Readers of files, a module for each format."""

"""Data Packages (v2): descriptors, tables of one file or many, lazy reading, and writing."""

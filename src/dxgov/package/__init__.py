"""Data Packages (v2): the one format that data are stored, bundled and exchanged in."""

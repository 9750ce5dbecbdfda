"""Descriptions of a data set for portals and catalogues, and citations of it."""

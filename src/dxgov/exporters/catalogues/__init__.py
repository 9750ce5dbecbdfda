"""Descriptions of a data set for portals and catalogues."""

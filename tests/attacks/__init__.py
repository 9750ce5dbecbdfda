"""Hostile packages, and the answer that each gets. The page on safety is written from this list."""

from attacks import descriptors, files, parquets, tables, zips
from attacks.attack import ATTACKS, FULL, Attack

__all__ = ["ATTACKS", "FULL", "Attack", "descriptors", "files", "parquets", "tables", "zips"]

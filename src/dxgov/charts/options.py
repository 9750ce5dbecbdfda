"""Names of the charts and widths of pictures."""

NAMES = ("timeline", "themes", "flow", "trace", "who-must-act", "conversation")
"""Names of the charts on the command line."""

WIDTH = 760
"""Default width of a picture in pixels, that of a column of text."""

LEAST = 320
"""Minimum width of a picture in pixels."""

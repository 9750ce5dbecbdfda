"""The names of the charts, and the widths of pictures."""

NAMES = ("timeline", "themes", "flow", "trace", "who-must-act", "conversation")
"""The charts, as the command line calls them."""

WIDTH = 760
"""How many pixels wide a picture is unless another width is asked for: a column of text."""

LEAST = 320
"""The least width that a picture can be laid out for."""

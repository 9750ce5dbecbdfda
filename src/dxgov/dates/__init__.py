"""Dates as documents give them: what EDTF says and which days it can mean."""

from dxgov.dates.edtf import bounds

__all__ = ["bounds"]

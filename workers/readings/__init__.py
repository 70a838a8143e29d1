"""Reading data files: what is there, what was assumed, and a data-quality receipt before any diagnosis."""

from workers.readings.reader import read
from workers.readings.reading import Reading

__all__ = ["Reading", "read"]

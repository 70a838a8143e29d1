"""Reading data files: what is there, what was assumed, and a data-quality receipt before any diagnosis.

The reader, and pandas with it, is loaded when it is first asked for: who needs the name of a unit does not wait for it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workers.readings.reader import read
    from workers.readings.reading import Reading

__all__ = ["Reading", "read"]


def __getattr__(name: str) -> object:
    """What this package is asked for by name."""
    if name == "read":
        from workers.readings.reader import read

        return read
    if name == "Reading":
        from workers.readings.reading import Reading

        return Reading
    raise AttributeError(name)

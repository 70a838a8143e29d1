"""The pipeline manager's data subtasks, carried out with pandas: clean, resample, label, statistics."""

from workers.handling.handle import handle
from workers.handling.handled import Handled
from workers.handling.writing import write_processed, write_table

__all__ = ["Handled", "handle", "write_processed", "write_table"]

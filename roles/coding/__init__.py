"""The pipeline manager's second part: code for a data task that no built-in step covers."""

"""From a finished run to the answer: its first line, what people read, the pictures, what was not done and why."""

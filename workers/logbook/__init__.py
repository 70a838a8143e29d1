"""Maintenance, downtime and quality logs: tables of what happened, not series of what was measured (docs/logs.md)

opening (cells) -> columns (which heading is what) -> log (typed rows) -> asking (the wish) and times -> request (with
what a follow-up leaves unsaid) -> filtering, counting -> forms, telling. A list of alarms takes its own way: alarms.
"""

from workers.logbook.answering import answer_log

__all__ = ["answer_log"]

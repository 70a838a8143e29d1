"""How near times must be to mean the same."""

from __future__ import annotations

from datetime import timedelta

MOMENT = timedelta(hours=1)  # a question after a shorter period is about a moment: "at 06:50"
NEAR = timedelta(minutes=10)  # so far from an event "at 06:50" still means it, and a remark still belongs to it
SLACK = timedelta(minutes=2)  # onsets are estimates

"""The ledger: everything that is remembered, by subject. Each method is one transaction.

Rows are handed out detached: they are what stood there at that moment.
"""

from __future__ import annotations

from sqlalchemy import Engine

from workers.state.answers import Answers
from workers.state.jobs import Jobs
from workers.state.model_calls import ModelCalls
from workers.state.presence import Presence
from workers.state.purging import Purging
from workers.state.runs import Runs
from workers.state.talk import Talk


class Ledger:
    """`talk`: conversations, people, questions, files. `runs`: attempts, stages, datasets. `answers`: answers, posts,
    feedback, clicks, digests. `jobs`: work to be done. `model_calls`: what language models were asked and replied.
    `presence`: which workers there are. `purging`: what is old enough to be deleted."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.jobs = Jobs(engine)
        self.talk = Talk(engine)
        self.runs = Runs(engine)
        self.answers = Answers(engine)
        self.model_calls = ModelCalls(engine)
        self.presence = Presence(engine)
        self.purging = Purging(engine)

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()

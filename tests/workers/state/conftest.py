"""Questions, runs and answers to begin with."""

import itertools

import pytest


class Beginnings:
    """Makes what a test needs before its own point, with as few words as possible."""

    def __init__(self, ledger):
        self.ledger, self._next = ledger, itertools.count(1)

    def conversation(self, channel="C1", thread="", private=False, platform="slack", workspace="T1"):
        return self.ledger.talk.conversation(platform, workspace, channel, thread, private=private)

    def question(self, text="why?", files=(), key=None, conversation=None):
        place = conversation or self.conversation()
        return self.ledger.talk.ask(
            key or f"q{next(self._next)}", files, conversation_id=place.id, user="U1", text=text, lang="en"
        ).question

    def run(self, question=None, **request):
        return self.ledger.runs.begin((question or self.question()).id, {"id": "q", "text": "why?", **request})

    def answer(self, run=None, **values):
        run = run or self.run()
        values = {"prefix": f"runs/{run.id}", "headline": "The stopper is clogged", "causes": ["clogging"]} | values
        return self.ledger.answers.record(run.id, **values)


@pytest.fixture
def begin(ledger):
    return Beginnings(ledger)

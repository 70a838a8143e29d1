"""The conversation on a terminal: lines in, answers out. It remembers the last file and the last answer, as a thread
does, so that "why?" and "make a work order" work here, too; "simulate ..." waits for "run" or "cancel"."""

from __future__ import annotations

import getpass
import re
import shlex
from pathlib import Path

from bot import run_card
from bot.console import output_folder, progress
from bot.conversation import followups, learning, levels, simulating
from bot.verdict_words import judgement
from bot.wording import say
from workers import client
from workers.contracts import Answer, Lang, Level, Question
from workers.settings import Settings

PRONOUN = re.compile(r"\b(?:it|its|they|them|that|this)\b|它|其", re.IGNORECASE)


class Dialogue:
    """One conversation. `reply` gives what Andon says to a line, "" to an empty one."""

    def __init__(self, settings: Settings, lang: Lang | None) -> None:
        self.settings, self.asked_for, self.lang = settings, lang, lang or settings.lang
        self.file: Path | None = None
        self.last: Answer | None = None
        self.level: Level | None = None
        self.card: run_card.RunCard | None = None
        self.count = 0

    def reply(self, line: str) -> str:
        """Answer a line; a failure that a person can mend is its sentence, everything else is raised."""
        if not line.strip():
            return ""
        path, text = split(line.strip())
        if path is None and (said := self._level(text)):
            return said
        try:
            if path is None and (said := self._simulation(text) or self._taught(text)):
                return said
            return self._answer(path, text)
        except Exception as error:
            sentence = client.failure_sentence(error, self._spoken(text))
            if sentence is None:
                raise
            return sentence

    def _level(self, text: str) -> str:
        """Set or show the reader's level; "" when the line is about something else."""
        lang = self._spoken(text)
        word, _, rest = text.partition(" ")
        named = levels.NAMES.get(rest.strip().lower()) if word.lower() in ("level", "级别") else None
        declared = levels.declared(text)
        if declared is None and named is None and not levels.asks_who(text):
            return ""
        if declared is not None or named is not None:
            level = declared or named
            self.level = next((each for each in levels.LASTING if each == level), None)
        return say("level_is", lang, level=say(f"level_{self.level or 'all'}", lang))

    def _simulation(self, text: str) -> str:
        """A simulation asked for, agreed to or cancelled; "" when the line is about something else."""
        card, self.card = self.card, None  # whatever is said next, a card is asked about once
        go = card.wanted(text) if card is not None else None
        if card is not None and go:
            self.last = None
            said, self.file = card.run(self.settings, Path())
            return said
        if card is not None and go is False:
            return say("simulate_cancelled", card.lang)
        if not simulating.wanted(text):
            return ""
        said, self.card = run_card.offer(text, self.settings, self._spoken(text))
        return said

    def _taught(self, text: str) -> str:
        """A sentence to remember goes into the knowledge base; a judgement is not kept here, and that is said; "" when
        the line is about something else."""
        lang, words = self._spoken(text), learning.told(text)
        if words:
            with progress():
                return client.remember(words, self.settings, lang=lang, by=_me())
        right = judgement(text) if self.last is not None else None
        return "" if right is None else say("console_judged", lang, right=right or "…")

    def _answer(self, path: Path | None, text: str) -> str:
        kind = followups.kind_of(text) if path is None and self.last is not None else None
        if kind is not None and self.last is not None:
            told, _files = client.follow_up(
                self.last, kind, self.settings, lang=self._spoken(text), question={"text": text}, by=_me()
            )
            return told.text
        self.file, self.count = path or self.file, self.count + 1
        file = None if path is None and followups.asks_code(text) else self.file
        question = Question(
            id=f"console-{self.count}", text=text, context=self._context(text), lang=self.asked_for, user="console",
            level=levels.once(text) or self.level, artifact=str(file) if file else None,
            file_name=file.name if file else None,
        )  # fmt: skip
        with output_folder(None) as out, progress() as report:
            told = client.ask(question, self.settings, out, report)
        if told.receipt.get("courtesy"):
            return told.text
        self.last = told
        return f"{told.text}\n{say('console_next', self._spoken(text))}" if told.evidence or told.events else told.text

    def _context(self, text: str) -> str:
        """What "it" means: the question before this one and what was answered first."""
        if self.last is None or not PRONOUN.search(text):
            return ""
        return f"{self.last.question.get('text', '')}; {self.last.text.splitlines()[0]}"

    def _spoken(self, text: str) -> Lang:
        """The language of a line."""
        if self.asked_for is not None:
            return self.asked_for
        return "zh" if any("㐀" <= c <= "鿿" for c in text) else "en" if text.strip() else self.lang


def split(line: str) -> tuple[Path | None, str]:
    """A line as a file (when its first word is one) and the question."""
    try:
        words = shlex.split(line)
    except ValueError:
        return None, line
    if words and Path(words[0]).is_file():
        return Path(words[0]), " ".join(words[1:])
    return None, line


def _me() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user id without a name
        return "console"

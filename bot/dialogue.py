"""The conversation on a terminal: lines in, answers out. It remembers the last file and the last answer, as a thread
does, so that "why?" and "make a work order" work here, too; "simulate ..." waits for "run" or "cancel"."""

from __future__ import annotations

import getpass
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

from bot import run_card
from bot.console import output_folder, progress
from bot.conversation import commands, followups, gathering, learning, levels, simulating, small_talk, stopping
from bot.conversation.scene import language
from bot.verdict_words import judgement, point_denied, turned_out
from bot.wording import say
from workers import client
from workers.contracts import Answer, Lang, Level, Question, Source
from workers.settings import Settings

CHAT_ONLY = ("kb", "digest", "status", "letters", "replay", "language")  # commands that the terminal has no words for
BEFORE = 3  # questions of which one that goes on ("and the nozzle?") may be completed
PRONOUN = re.compile(r"\b(?:it|its|they|them|that|this)\b|它|其", re.IGNORECASE)


class Dialogue:
    """One conversation. `reply` gives what Andon says to a line, "" to an empty one."""

    def __init__(self, settings: Settings, lang: Lang | None) -> None:
        self.settings, self.asked_for, self.lang = settings, lang, lang or settings.lang
        self.file: Path | None = None  # the table that is asked about
        self.files: list[Path] = []  # all that were, in the order in which they were named last
        self.named: Path | None = None  # the file named last, read or refused: "learn this" is about it
        self.last: Answer | None = None
        self.earlier: list[Answer] = []  # those before it, newest first
        self.level: Level | None = None
        self.card: run_card.RunCard | None = None
        self.count = 0

    def reply(self, line: str) -> str:
        """Answer a line; a failure that a person can mend is its sentence, everything else is raised."""
        if not line.strip():
            return ""
        path, text = split(line.strip())
        self.named = path or self.named
        if path is None and (said := self._command(text) or self._level(text)):
            return said
        try:
            if path is None and (said := self._simulation(text) or self._taught(text) or self._earlier(text)):
                return said
            if learning.wanted(text):
                return self._learn(text)
            return self._answer(path, text)
        except client.MENDABLE as error:
            return client.failure_sentence(error, self._spoken(text))

    def _command(self, text: str) -> str:
        """What there is to say to a command that only the chats have, or to "stop"; "" for every other line."""
        if self.card is None and stopping.asked(text):
            return say("stop_nothing", self._spoken(text))
        word = next(iter(text.lower().lstrip("/").split()), "")
        if commands.WORDS.get(word, word) not in CHAT_ONLY or not commands.is_command(text):
            return ""
        return say("console_command", self._spoken(text), word=text.strip())

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
        if words and not (words := learning.whole(words, self._asked_before().rpartition("\n")[2])):
            return say("remember_what", lang)
        if words:
            with progress():
                return client.remember(words, self.settings, lang=lang, by=_me())
        right = _judged(text) if self.last is not None else None
        if right is None and small_talk.agrees(text):
            return say("courtesy_welcome" if small_talk.thanks(text) else "courtesy_fine", lang)
        return "" if right is None else say("console_judged", lang, right=right or "…")

    def _learn(self, text: str) -> str:
        """Take the file named last into the knowledge base; from now on it is asked for there."""
        lang = self._spoken(text)
        if self.named is None:
            return say("learn_no_file", lang)
        with progress():
            told = client.learn(self.named, self.settings, lang=lang, by=_me(), asset=learning.asset_of(text))
        self.file = self.file if self.file == self.named else None
        return told

    def _earlier(self, text: str) -> str:
        """What is known of earlier times: of this conversation, and verified cases; "" when something else is asked."""
        asked = client.recalled(text)
        about = self._about("why", self.last) if self.last is not None else None
        if asked is None or (about is not None and any(step.kind == "log" for step in about.plan)):
            return ""
        pasts = (
            client.past_of("", each, datetime.now(UTC), 0, {}, [], []) for each in self.earlier if each is not about
        )
        base = about if about is not None and about.data is not None else None
        said = {"id": "console", "text": text}
        return client.recall(
            asked, said, base, pasts, lambda _past: True, self.settings, lang=self._spoken(text)
        ).text  # fmt: skip

    def _answer(self, path: Path | None, text: str) -> str:
        kind = followups.kind_of(text) if path is None and self.last is not None else None
        if kind is not None and self.last is not None:
            told, _files = client.follow_up(
                self._about(kind, self.last),
                kind,
                self.settings,
                lang=self._spoken(text),
                question={"text": text},
                by=_me(),
            )
            return told.text
        if path is None and (said := self._freely(text)):
            return said
        self.count += 1
        asked = (client.other_part(text, self._asked_before()) if path is None else "") or text
        file = None if path is None and followups.asks_code(text) else path or self.file
        question = Question(
            id=f"console-{self.count}", text=asked, context=self._context(text), before=self._asked_before(),
            lang=self.asked_for, user="console",
            level=levels.once(text) or self.level, artifact=str(file) if file else None,
            file_name=file.name if file else None, more=self._before(path, text),
        )  # fmt: skip
        before, self.file = self.file, path or self.file
        try:
            with output_folder(None) as out, progress() as report:
                told = client.ask(question, self.settings, out, report)
        except client.MENDABLE as error:
            if error.code.startswith("failure_data_"):  # unreadable: at once, or what was read before no longer is
                self.file = before if path else None
            raise
        self.files = [*(file for file in self.files if file != path), *([path] if path else [])]
        if told.receipt.get("courtesy"):
            return told.text
        self._keep(told)
        lines = [told.text, *([say("read_as", self._spoken(text), text=asked)] if asked != text else [])]
        lines += [say("console_next", self._spoken(text))] if told.evidence or told.events else []
        return "\n".join(lines)

    def _freely(self, text: str) -> str:
        """A free question about the last diagnosis, told by a language model; "" where it goes the ordinary way."""
        if self.last is None or not self.settings.has_language_model:
            return ""
        about = self._about("why", self.last)
        if not client.asks_freely(text, about):
            return ""
        with progress():
            told = client.tell_freely(about, self.settings, lang=self._spoken(text), question={"text": text})
        return told.text if told is not None else ""

    def _before(self, path: Path | None, text: str) -> list[Source]:
        """The file before this one, where both are meant: "compare with yesterday's file"."""
        named = [file for file in self.files if file != (path or self.file)]
        if not named or not gathering.AGAINST.search(text):
            return []
        return [Source(artifact=str(named[-1]), file_name=named[-1].name)]

    def _keep(self, told: Answer) -> None:
        """The answer that is spoken of from now on."""
        if self.last is not None:
            self.earlier = [self.last, *self.earlier][: followups.MOST_BACK]
        self.last = told

    def _about(self, kind: str, last: Answer) -> Answer:
        """The answer that a follow-up is about: the last one, or the last diagnosis of its file where that one is a
        plot, a forecast or statistics."""
        file = last.question.get("file")
        same = [answer for answer in self.earlier if not file or str(answer.question.get("file") or "") in file]
        return next((answer for answer in (last, *same) if followups.suits(kind, answer)), last)

    def _context(self, text: str) -> str:
        """What "it" means: the question before this one and what was answered first."""
        if self.last is None or not PRONOUN.search(text):
            return ""
        return f"{self.last.question.get('text', '')}; {self.last.text.splitlines()[0]}"

    def _asked_before(self) -> str:
        """The questions before this one, oldest first, one a line."""
        told = [*([self.last] if self.last is not None else []), *self.earlier][:BEFORE]
        return "\n".join(" ".join(str(answer.question.get("text") or "").split()) for answer in reversed(told))

    def _spoken(self, text: str) -> Lang:
        """The language of a line."""
        return self.asked_for or language(text, None, None, self.lang)


def split(line: str) -> tuple[Path | None, str]:
    """A line as a file and the words about it: its first word, or any that is beside words that ask to learn it."""
    try:
        words = shlex.split(line)
    except ValueError:  # an apostrophe: "compare with yesterday's file"
        words = line.split()
    for place, word in enumerate(words):
        rest = " ".join(words[:place] + words[place + 1 :])
        if (place == 0 or learning.wanted(rest)) and _is_file(word):
            return Path(word), rest
    return None, line


def _judged(text: str) -> str | None:
    """What is right by a line, "" when it only agrees or disagrees, None when it is no judgement."""
    right, point = judgement(text), point_denied(text)
    return point[1] if point else right if right is not None else turned_out(text) or None


def _is_file(word: str) -> bool:
    try:
        return Path(word).is_file()
    except (OSError, ValueError):  # too long for a name, or no text for one
        return False


def _me() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user id without a name
        return "console"

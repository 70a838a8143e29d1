"""A simulation on the terminal: its parameters as a card, "run" or "cancel", then the files in the working folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.wording import say
from workers import client
from workers.contracts import Lang
from workers.settings import Settings

RUN = re.compile(r"^\W*(?:run|start|go|yes|y|ok|okay|开始|运行|好|好的|是|确认)\W*$", re.IGNORECASE)
CANCEL = re.compile(r"^\W*(?:cancel|stop|no|n|取消|停止|不|不用|否)\W*$", re.IGNORECASE)


@dataclass(frozen=True)
class RunCard:
    """What would be run. Nothing runs that nobody agreed to."""

    order: dict[str, Any]
    lang: Lang

    def wanted(self, line: str) -> bool | None:
        """True: run it, False: cancel it, None: the line is about something else."""
        return True if RUN.match(line) else False if CANCEL.match(line) else None

    def run(self, settings: Settings, folder: Path) -> tuple[str, Path]:
        """What was made, in words, and the table that can be asked about next."""
        text, table = client.simulate(self.order, settings, folder, self.lang)
        return f"{text}\n{say('simulate_here', self.lang, folder=folder.resolve())}", table


def offer(text: str, settings: Settings, lang: Lang) -> tuple[str, RunCard | None]:
    """The card that a sentence asks for; or the sentence that says what cannot be run, without one."""
    order, lines, problem, _ = client.desk(settings).simulation(text, lang)
    if problem:
        return problem, None
    return "\n".join([*lines, say("simulate_card", lang), say("simulate_console", lang)]), RunCard(order, lang)

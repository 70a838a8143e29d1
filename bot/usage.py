"""What argparse complains of, as one sentence in the language of the person at the terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.wording import say
from workers.settings import LANGUAGES, language, spoken

KINDS = {  # what argparse says -> the key of our sentence
    "required": r"the following arguments are required: (?P<what>.+)",
    "one_required": r"one of the arguments (?P<what>.+) is required",
    "number": r"argument (?P<what>\S+?): invalid (?:int|float)\w* value: (?P<value>.+)",
    "choice": r"argument (?P<what>\S+?): invalid choice: (?P<value>.+?) \(choose from (?P<known>.+)\)",
    "missing": r"argument (?P<what>\S+?): expected .*argument.*",
    "together": r"argument (?P<what>\S+?): not allowed with argument (?P<value>.+)",
    "unknown": r"unrecognized arguments: (?P<what>.+)",
    "several": r"ambiguous option: (?P<what>\S+) could match (?P<known>.+)",
}


def sentence(message: str, program: str, lang: str) -> str:
    """What is wrong with the arguments, and where to look."""
    for kind, form in KINDS.items():
        if match := re.fullmatch(form, message, re.DOTALL):
            return say(f"usage_{kind}", lang, program=program, **match.groupdict())
    return say("usage_other", lang, program=program, message=f"{message[:1].upper()}{message[1:]}")


def spoken_in(arguments: Sequence[str]) -> str:
    """The language that the arguments name with --lang, else that of the process."""
    said = re.search(r"(?:^|\0)--lang[=\0]([^\0]+)", "\0".join(arguments))
    named = language(said[1]) if said else ""
    return named if named in LANGUAGES else spoken()

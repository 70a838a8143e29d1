"""The command line: parses, loads the handler, turns every failure into one sentence and an exit code.

0 success, 2 bad input (one sentence on stderr, nothing else), 1 internal failure (a sentence with a reference id;
the traceback is in the log under that id).
"""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import secrets
import sys
from importlib import metadata
from typing import NoReturn

from pydantic import ValidationError

from bot.command import Command
from bot.commands import COMMANDS
from bot.usage import sentence, spoken_in
from bot.wording import say
from workers import client
from workers.settings import Settings, spoken

log = logging.getLogger("andon")

FOR_LONG = ("bot", "worker", "beat")  # what they write of a plant's data is for the user alone that runs them


class Parser(argparse.ArgumentParser):
    """argparse whose errors are one sentence without the usage block."""

    def error(self, message: str) -> NoReturn:
        """Say it in the language that is spoken on the command line, and exit with 2."""
        print(sentence(message, self.prog, spoken_in(sys.argv)), file=sys.stderr)
        raise SystemExit(2)


def build_parser() -> Parser:
    """The whole command line from the table in bot/commands.py."""
    parser = Parser(
        prog="andon",
        description="From a sensor file and a question to a cited diagnosis.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_examples(COMMANDS),
    )
    parser.add_argument("--version", action="version", version=f"andon {metadata.version('andon')}")
    _add(parser, COMMANDS, "command")
    return parser


def _examples(commands: tuple[Command, ...]) -> str:
    return "examples:\n" + "\n".join(f"  {c.example}" for c in commands)


def _add(parser: argparse.ArgumentParser, commands: tuple[Command, ...], dest: str) -> None:
    group = parser.add_subparsers(dest=dest, required=True, metavar=dest.upper(), parser_class=Parser)
    for command in commands:
        nested = command.children
        epilog = _examples(nested) if nested else f"example:\n  {command.example}"
        sub = group.add_parser(
            command.name,
            help=command.help,
            description=f"{command.help}.",
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        for argument in command.arguments:
            sub.add_argument(*argument.flags, **argument.options)
        if nested:
            _add(sub, nested, "action")
        else:
            sub.set_defaults(handler=command.handler)


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    args = build_parser().parse_args(argv)
    if args.command in FOR_LONG:
        os.umask(0o077)
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = first["loc"][0] if first["loc"] else "A setting"
        why = first["msg"].removeprefix("Value error, ")
        print(say("usage_setting", args.lang or spoken(), name=name, why=why), file=sys.stderr)
        return 2
    asked = [str(getattr(args, name, None) or "") for name in ("ask", "text")]  # a question is refused in its language
    lang = args.lang or client.spoken_in(" ".join(asked), settings.lang)
    client.start_logging(settings)
    client.settle_libraries(settings)
    try:
        module, function = args.handler.split(":")
        code: int = getattr(importlib.import_module(module), function)(args, settings)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader (head, less) went away: nothing to say to it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except client.MENDABLE as error:
        print(client.failure_sentence(error, lang), file=sys.stderr)
        return 2
    except Exception:  # the edge: people get a reference, the log gets the traceback
        ref = secrets.token_hex(3)
        log.exception("failure %s in andon %s", ref, args.command)
        print(client.internal_sentence(ref, lang), file=sys.stderr)
        return 1
    return code


if __name__ == "__main__":
    raise SystemExit(main())

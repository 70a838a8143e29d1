"""What a command is, and the arguments that several commands share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workers.settings import LANGUAGES, language


@dataclass(frozen=True)
class Argument:
    """One flag or positional, as argparse takes it."""

    flags: tuple[str, ...]
    options: dict[str, Any]


@dataclass(frozen=True)
class Command:
    """One command. `handler` is a dotted path "module:function", loaded on use: run(args, settings) -> exit code."""

    name: str
    help: str
    example: str
    handler: str = ""
    arguments: tuple[Argument, ...] = ()
    children: tuple[Command, ...] = ()


def arg(*flags: str, **options: Any) -> Argument:
    """Shorthand for a row of the table."""
    return Argument(flags, options)


CSV = arg("csv", metavar="CSV", help="sensor file: CSV (also .gz, .zip), Excel or Parquet")
LANG = arg("--lang", type=language, choices=LANGUAGES, default=None,
           help="language of the answer (default: ANDON_LANG)")  # fmt: skip
LEVEL = arg("--level", choices=["crew", "engineer", "manager", "newcomer"], default=None, help="whom it is worded for")
JSON = arg("--json", action="store_true", help="print one JSON document on stdout and nothing else")
BATCH = arg("--batch", metavar="FILE.jsonl", help='one {"id", "text"} a line, one JSON line back for each')
USER = arg("--user", metavar="NAME", default="", help="who does it (ANDON_KEEPERS may approve)")
ID = arg("id", metavar="ID", help="id of the passage")
IDS = arg("ids", metavar="ID", nargs="*", help="ids of the passages")
DOCUMENT = arg("--document", metavar="FILE", default=None, help="the file that the passages were taken from")

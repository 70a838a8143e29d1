"""`andon order ANSWER.json`: a work order from the answer that `andon analyze --out` wrote."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from pydantic import ValidationError

from workers.contracts import Answer
from workers.errors import AndonError
from workers.followups.retelling import retold
from workers.orders import as_csv, as_json, as_text, make_order, order_id, send_order
from workers.outputs import refuse_over_input
from workers.prose.levels import lang_of
from workers.settings import Settings

RENDER = {"text": as_text, "csv": as_csv, "json": as_json}
ENDINGS = {".csv": "csv", ".json": "json"}


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print the order or write it to --out; --send posts it to ANDON_WORK_ORDER_URL, too."""
    if args.out:
        refuse_over_input([Path(args.out)], [Path(args.answer)])
    answer = read_answer(Path(args.answer))
    told = retold(answer, args.lang or lang_of(answer))
    order = make_order(told, settings.zone, by=args.by or _me(), lang=args.lang, id_=order_id(answer))
    form = args.format or (ENDINGS.get(Path(args.out).suffix.lower(), "text") if args.out else "text")
    text = RENDER[form](order)
    if args.out:
        _write(Path(args.out), text, form)
    else:
        print(text, end="" if text.endswith("\n") else "\n")
    if args.send and order.simulated:
        raise AndonError("failure_order_simulated", id=order.id)
    if args.send:
        host = send_order(order, settings)
        print(f"{order.id} -> {host}", file=sys.stderr)
    return 0


def read_answer(path: Path) -> Answer:
    """An answer.json. Raises AndonError failure_order_file with the reason."""
    try:
        return Answer.model_validate_json(path.read_bytes())
    except OSError as error:
        raise AndonError("failure_order_file", file=path.name, why=error.strerror or "OSError") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or first["type"]
        raise AndonError("failure_order_file", file=path.name, why=where) from error


def _write(path: Path, text: str, form: str) -> None:
    """CSV with a byte-order mark, so that a spreadsheet reads Chinese."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8-sig" if form == "csv" else "utf-8", newline="")
    except OSError as error:
        raise AndonError("failure_out_folder", folder=path, why=error.strerror) from error


def _me() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user id without a name
        return "-"

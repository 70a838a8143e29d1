"""`andon simulate`: a simulated caster file with its ground truth, by options or by a sentence."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from pathlib import Path

from workers.errors import AndonError
from workers.settings import Settings
from workers.simulator import SCENARIOS, START, simulate, truth_path, write
from workers.spoken import spoken_in
from workers.wording import say


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: --fault NAME, --out FILE, --rows N, --seed N, --list; --ask TEXT, --yes."""
    if args.list:
        for name in SCENARIOS:
            print(f"{name:28}{say(f'simulate_{name}', settings.lang)}")
        return 0
    if getattr(args, "ask", None) is not None:
        return asked(args, settings)
    if args.fault is None or args.out is None:
        raise AndonError("failure_simulate_what", names=", ".join(SCENARIOS))
    path = Path(args.out)
    truth_path(path)  # complain about the name before computing
    simulation = simulate(args.fault, args.rows, args.seed, START.replace(tzinfo=settings.zone))
    beside = write(simulation, path, marked=True)
    rows, sensors = simulation.frame.shape
    print(
        say("simulate_done", settings.lang, file=path, rows=rows, sensors=sensors, truth=beside.name), file=sys.stderr
    )
    return 0


def asked(args: argparse.Namespace, settings: Settings) -> int:
    """A run in words: its parameters are shown first, and it begins when they are right."""
    from workers.asides import voice
    from workers.simulating import carry_out, read

    lang = args.lang or spoken_in(args.ask, settings.lang)
    path = Path(args.out) if args.out is not None else None
    if path is not None:
        truth_path(path)
    with voice(settings, f"simulate:{secrets.token_hex(4)}") as engine:
        wish = read(args.ask, lang, engine)
    if wish.problem:
        print(wish.problem, file=sys.stderr)  # in the language of the sentence that was given
        return 2
    unseen = not args.yes and not sys.stdin.isatty()
    print("\n".join(wish.lines), file=sys.stdout if unseen else sys.stderr)
    if unseen:  # nothing runs that nobody agreed to
        raise AndonError("failure_simulation_confirm")
    if not args.yes and not _confirmed(lang):
        print(say("simulation_cancelled", lang), file=sys.stderr)
        return 0
    made = carry_out(wish.order, path.parent if path else Path(), settings, lang, path)
    if args.json:
        files = {"table": str(made.table), "truth": str(made.truth), "picture": made.picture.file}
        print(json.dumps({"order": wish.order.model_dump(mode="json"), **files, "simulated": True}, ensure_ascii=False))
    else:
        print(made.text)
    return 0


def _confirmed(lang: str) -> bool:
    """Ask on the terminal."""
    print(say("simulation_confirm", lang), end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().casefold() in ("y", "yes", "是", "好", "对")

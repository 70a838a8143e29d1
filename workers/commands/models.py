"""`andon models ...`: the model catalogue. One function for each command of the table in bot/commands.py."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from dataclasses import asdict
from pathlib import Path

from roles.controller import ModelCard
from roles.types import Lang
from workers.catalogue.models import opened
from workers.errors import AndonError
from workers.settings import Settings
from workers.spoken import spoken_in
from workers.wording import say

SHOWN_SENSORS = 8
NOISY = 0.02  # share of held-out normal rows that a model flags; more, and the file was not all normal


def list_models(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: --json. One line for each model, the default first."""
    lang = _lang(args, settings)
    with opened(settings) as models:
        cards = [*models.cards(lang), *models.trained(lang)]
    if args.json:
        print(json.dumps({"models": [_data(card) for card in cards]}, ensure_ascii=False))
    else:
        print("\n".join(_line(card, lang) for card in cards))
    return 0


def show(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: NAME, --json. Everything about one model."""
    lang = _lang(args, settings)
    with opened(settings) as models:
        card = models.card(args.name, lang)
    print(json.dumps(_data(card), ensure_ascii=False) if args.json else "\n".join(_lines(card, lang)))
    return 0


def flag(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: NAME, --status, --json. Mark a model as needing an update, or ready again."""
    lang = _lang(args, settings)
    with opened(settings) as models:
        models.card(args.name)
        models.mark([args.name], args.status)
        card = models.card(args.name, lang)
    status = say(f"models_status_{card.status}", lang)
    print(
        json.dumps(_data(card), ensure_ascii=False)
        if args.json
        else say("models_flagged", lang, name=card.name, status=status)
    )
    return 0


def ask(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: TEXT, --json. A question about the models; what it came to as one line a model."""
    from workers.asides import voice
    from workers.catalogue.query import ask as asked

    lang: Lang = args.lang or spoken_in(args.text, settings.lang)
    if not args.text.strip():
        raise AndonError("failure_models_ask_empty")
    with voice(settings, f"models:{secrets.token_hex(4)}") as engine:
        found = asked(args.text, settings, lang, engine)
    print(json.dumps(asdict(found), ensure_ascii=False) if args.json else found.text)
    return 0


def train(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: NAME, CSV, --as NEW, --json. Fit a method on a file of normal operation and keep it."""
    from workers.catalogue import trained
    from workers.knowledge.context import Knowledge
    from workers.readings import read

    lang = _lang(args, settings)
    path = Path(args.csv)
    reading = read(path, zone=settings.zone, lang=lang, max_bytes=settings.max_input_bytes, max_rows=settings.max_rows)
    names = Knowledge(settings, lang).names([str(c) for c in reading.frame.columns], reading.units)
    print(say("models_training", lang, base=args.name, file=path.name), file=sys.stderr)
    made = trained.train(args.name, reading, names, settings, file=path.name, called=args.called)
    if args.json:
        print(json.dumps(asdict(made), ensure_ascii=False))
        return 0
    percent = f"{100 * made.held_out_flagged:.1f}"
    key = "models_trained_noisy" if made.held_out_flagged > NOISY else "models_trained"
    print(say(key, lang, name=made.name, base=made.base, version=made.version, rows=f"{made.rows:,}",
              sensors=len(made.sensors), percent=percent))  # fmt: skip
    return 0


def _lang(args: argparse.Namespace, settings: Settings) -> Lang:
    return args.lang or settings.lang


def _data(card: ModelCard) -> dict[str, object]:
    """A card as JSON; conditions as they are written in the catalogue."""
    data = card.model_dump(mode="json")
    for key in ("best_if", "avoid_if"):
        data[key] = [f"{c['quantity']} {c['comparison']} {c['value']:g}" for c in data[key]]
    return data


def _status(card: ModelCard, lang: Lang) -> str:
    if not card.available:
        return say("models_status_not_installed", lang, needs=", ".join(card.needs))
    return say(f"models_status_{card.status}", lang)


def _line(card: ModelCard, lang: Lang) -> str:
    purpose = say(f"models_purpose_{card.purpose}", lang)
    return say("models_line", lang, name=card.name, title=card.title, purpose=purpose, status=_status(card, lang))


def _lines(card: ModelCard, lang: Lang) -> list[str]:
    lines = [_line(card, lang)]
    lines += [say("models_best_for", lang, what=card.best_for)] if card.best_for else []
    lines += [say("models_avoid_when", lang, what=card.avoid_when)] if card.avoid_when else []
    lines += [say("models_min_rows", lang, rows=f"{card.min_rows:,}")] if card.min_rows else []
    lines += [say("models_score", lang, score=f"{card.score:.2f}")] if card.score is not None else []
    if card.sensors:
        more = ", ..." if len(card.sensors) > SHOWN_SENSORS else ""
        lines.append(say("models_sensors", lang, sensors=", ".join(card.sensors[:SHOWN_SENSORS]) + more))
    return lines

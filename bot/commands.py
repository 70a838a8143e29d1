"""The command line as one table: name, help, example, handler, arguments. /help in chat is made from it too."""

from __future__ import annotations

import argparse

from bot.command import BATCH, CSV, JSON, LANG, LEVEL, Command, arg
from bot.kb_commands import KB

MODELS = (
    Command("list", "list the models", "andon models list", "workers.commands.models:list_models", (LANG, JSON)),
    Command(
        "show",
        "show one model",
        "andon models show ensemble",
        "workers.commands.models:show",
        (arg("name", metavar="NAME"), LANG, JSON),
    ),
    Command(
        "ask",
        "a question about the models: scores, false alarms, what needs an update",
        'andon models ask "which model has the best F1 on the caster?"',
        "workers.commands.models:ask",
        (arg("text", metavar="TEXT"), JSON, LANG),
    ),
    Command(
        "train",
        "train a model on a file of normal operation and keep it for questions and `andon detect --model`",
        "andon models train ensemble normal_week.csv --as strand2",
        "workers.commands.models:train",
        (
            arg("name", metavar="NAME", help="a model of the catalogue or one trained here"),
            arg("csv", metavar="CSV", help="readings of normal operation alone"),
            arg("--as", dest="called", metavar="NEW", default=None, help="its own name (default: NAME@FILE)"),
            JSON,
            LANG,
        ),
    ),
    Command(
        "flag",
        "mark a model as needing an update, or ready again",
        "andon models flag ensemble --status needs_update",
        "workers.commands.models:flag",
        (
            arg("name", metavar="NAME"),
            arg("--status", choices=["ready", "needs_update"], default="needs_update"),
            LANG,
            JSON,
        ),
    ),
)

LETTERS = (
    Command(
        "list", "list what was given up", "andon letters list", "workers.commands.letters:list_letters", (LANG, JSON)
    ),
    Command(
        "replay",
        "try a dead letter again, or all of them",
        "andon letters replay --all",
        "workers.commands.letters:replay",
        (
            arg("key", metavar="KEY", nargs="?", default=None),
            arg("--all", action="store_true", help="every dead letter"),
            LANG,
        ),
    ),
)

BOTS = (
    Command("slack", "listen on Slack (docs/slack.md)", "andon bot slack", "bot.serving:slack", (LANG,)),
    Command("telegram", "listen on Telegram (docs/telegram.md)", "andon bot telegram", "bot.serving:telegram", (LANG,)),
    Command("console", "a conversation on this terminal", "andon bot console", "bot.serving:console", (LANG,)),
)

COMMANDS = (
    Command(
        "demo",
        "the main job on bundled caster data: no token, no server, no network",
        "andon demo",
        "bot.console:demo",
        (arg("--out", default="out", metavar="DIR", help="folder for answer.json and pictures"), LANG),
    ),
    Command(
        "analyze",
        "one question on one file, or on several together",
        'andon analyze strand2.csv --ask "why is the level jumping?" --out out',
        "bot.console:analyze",
        (
            arg("csv", metavar="CSV", nargs="+", help="sensor files or logs: CSV (also .gz, .zip), Excel or Parquet"),
            arg("--ask", default="", metavar="TEXT", help="the question (default: a full diagnosis)"),
            arg("--out", default=None, metavar="DIR", help="folder for answer.json, pictures and processed.csv"),
            arg("--train", type=int, default=None, metavar="N", help="the first N rows are normal (default: proposed)"),
            arg("--knowledge", default=None, metavar="FILE", help="causal facts, JSON lines"),
            arg("--model", default=None, metavar="NAME", help="a model of the catalogue or one trained here"),
            LEVEL,
            JSON,
            LANG,
        ),
    ),
    Command(
        "order",
        "a work order from an answer.json with a diagnosis",
        "andon order out/answer.json --format csv --out order.csv",
        "workers.commands.order:run",
        (
            arg("answer", metavar="ANSWER.json", help="what `andon analyze --out DIR` wrote"),
            arg("--out", default=None, metavar="FILE", help="write it there instead of printing it"),
            arg("--format", choices=["text", "csv", "json"], default=None, help="default: by --out, else text"),
            arg("--by", default="", metavar="NAME", help="who makes it (default: you)"),
            arg("--send", action="store_true", help="post it to ANDON_WORK_ORDER_URL, too"),
            LANG,
        ),
    ),
    Command(
        "ask",
        "a question to the knowledge base",
        'andon ask "what are the signs of stopper clogging?"',
        "workers.commands.ask:run",
        (arg("text", metavar="TEXT", nargs="?", default=None), BATCH, JSON, LANG),
    ),
    Command(
        "detect",
        "scores, flags and events for each row of a file",
        "andon detect strand2.csv --train 5000 --out scores.csv",
        "workers.commands.detect:run",
        (
            CSV,
            arg("--train", type=int, default=None, metavar="N", help="the first N rows are normal (default: proposed)"),
            arg("--model", default=None, metavar="NAME", help="a model of the catalogue or one trained here"),
            arg("--out", required=True, metavar="FILE.csv", help="one row for each input row"),
            arg("--forecast", type=int, default=None, metavar="H", help="forecast H steps too"),
            LANG,
        ),
    ),
    Command(
        "causes",
        "lagged causal edges, before and after correction by knowledge",
        "andon causes strand2.csv --out causes.json",
        "workers.commands.causes:run",
        (
            CSV,
            arg("--out", required=True, metavar="FILE.json", help="the graph"),
            arg("--knowledge", default=None, metavar="FILE", help="causal facts, JSON lines"),
            LANG,
        ),
    ),
    Command(
        "simulate",
        "make caster data with a known fault",
        "andon simulate --fault stopper_clogging --out fault.csv",
        "workers.commands.simulate:run",
        (
            arg("--fault", default="normal", metavar="NAME", help="the fault (see --list)"),
            arg("--out", default=None, metavar="FILE.csv", help="the data; the truth is written beside it"),
            arg("--rows", type=int, default=85_000, metavar="N", help="rows at 1 s"),
            arg("--seed", type=int, default=0, metavar="N", help="same seed, same data"),
            arg("--list", action="store_true", help="list the faults"),
            arg("--ask", metavar="TEXT", default=None, help='in words: "clogging at 1.2 m/min for two hours"'),
            arg("--yes", action="store_true", help="with --ask: run without asking"),
            JSON,
            LANG,
        ),
    ),
    Command("kb", "the knowledge base", 'andon kb search "stopper clogging"', children=KB),
    Command("models", "the model catalogue", "andon models list", children=MODELS),
    Command("bot", "the chat processes", "andon bot slack", children=BOTS),
    Command(
        "worker",
        "serve the queues (needs REDIS_URL)",
        "andon worker --queues chat,cpu",
        "workers.commands.worker:run",
        (
            arg("--queues", default=None, metavar="NAMES", help="chat, cpu, gpu, separated by commas (default: all)"),
            arg("--concurrency", type=int, default=None, metavar="N", help="computing processes (default: cores)"),
            arg("--ready-fd", type=int, default=None, help=argparse.SUPPRESS),
            LANG,
        ),
    ),
    Command(
        "beat",
        "sweep and post digests in time (needs REDIS_URL; chat workers do it too)",
        "andon beat",
        "workers.commands.worker:beat",
        (LANG,),
    ),
    Command(
        "purge",
        "delete the files of old runs and uploads (never knowledge)",
        "andon purge --older-than 90d --dry-run",
        "workers.commands.purge:run",
        (
            arg("--older-than", required=True, metavar="AGE", help="days, weeks or months: 90d, 12w, 3m"),
            arg("--dry-run", action="store_true", help="say what would go, delete nothing"),
            LANG,
        ),
    ),
    Command("letters", "what was given up, and trying it again", "andon letters list", children=LETTERS),
    Command(
        "eval",
        "score the answers: a question set, or a role left out (docs/evaluation.md)",
        "andon eval --engine rules,llm --limit 10",
        "workers.commands.evaluate:run",
        (
            arg("--engine", default=None, metavar="NAMES", help="rules, llm, llm-plain (default: all that can run)"),
            arg("--only", default=None, metavar="CATEGORY", help="one category of questions"),
            arg("--part", choices=["fit", "test"], default=None, help="one part of the questions (default: both)"),
            arg("--limit", type=int, default=None, metavar="N", help="N questions of each category and language"),
            arg("--record", default=None, metavar="DIR", help="keep the language model's replies there"),
            arg("--replay", default=None, metavar="DIR", help="take its replies from there, without an endpoint"),
            arg("--ablation", action="store_true", help="leave roles out instead (--engine llm: a model plays them)"),
            arg("--data", default=None, metavar="DIR", help="with --ablation: a folder that holds skab/ or tep/"),
            arg("--out", default=None, metavar="FILE.json", help="write figures and answers there, too"),
            arg("--lang", choices=["en", "zh"], default=None, help="questions of this language alone (default: both)"),
            JSON,
        ),
    ),
    Command(
        "metrics",
        "serve figures for Prometheus: jobs, workers, answers, free disk",
        "andon metrics --listen 127.0.0.1:9464",
        "workers.commands.metrics:run",
        (
            arg("--listen", default="127.0.0.1:9464", metavar="HOST:PORT", help="where to serve /metrics"),
            LANG,
        ),
    ),
    Command(
        "doctor",
        "check every part and say what is missing",
        "andon doctor",
        "workers.commands.doctor:run",
        (LANG, JSON),
    ),
)

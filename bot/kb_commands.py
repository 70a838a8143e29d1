"""The commands of `andon kb`, as rows of the table in bot/commands.py."""

from __future__ import annotations

from bot.command import BATCH, DOCUMENT, ID, IDS, JSON, LANG, USER, Argument, Command, arg


def kb(name: str, help_: str, example: str, *arguments: Argument, module: str = "kb") -> Command:
    """A command on the knowledge base: the function `name` of a module of workers/commands."""
    return Command(name, help_, f"andon kb {example}", f"workers.commands.{module}:{name}", (*arguments, LANG))


STATUSES = ["candidate", "verified", "retired"]
ASSET = arg("--asset", action="append", metavar="NAME", default=None,
            help="of this asset, and of none; may be given several times")  # fmt: skip
DECIDED = (IDS, DOCUMENT, USER, JSON)  # which passages, and by whom

KB = (
    Command(
        "add",
        "add documents: PDF, Word, Excel, CSV, HTML, Markdown, text, or a ZIP of them",
        "andon kb add roll-manual.pdf fault-codes.xlsx --asset strand_guide",
        "workers.commands.kb_add:add",
        (
            arg("files", metavar="FILE", nargs="+", help="documents to take in, or folders of them"),
            arg("--asset", default="", help="the asset they speak of"),
            arg("--replace", action="store_true", help="let this version of a file alone count"),
            USER,
            JSON,
            LANG,
        ),
    ),
    kb(
        "search",
        "search passages",
        'search "stopper clogging signs" --asset mould',
        arg("text", metavar="TEXT", nargs="?", default=None),
        arg("--limit", type=int, default=5, help="how many passages"),
        ASSET,
        arg("--status", choices=STATUSES, default="verified", help="of what standing (verified)"),
        BATCH,
        JSON,
    ),
    kb(
        "list",
        "list passages of every status",
        "list --status candidate --document roll-manual.pdf",
        arg("--status", choices=STATUSES, default=None),
        arg("--kind", choices=["manual", "case", "rule", "feedback", "web"], default=None),
        ASSET,
        arg("--document", "--source", metavar="FILE", default=None, help="the file that the passages were taken from"),
        arg("--limit", type=int, default=None, help="only the newest N; 0 for all (on a terminal: 40)"),
        JSON,
    ),
    Command(
        "calibrate",
        "fit order and confidence of the embedding model on questions with known answers",
        "andon kb calibrate --dry-run",
        "workers.commands.kb_calibrate:run",
        (arg("--dry-run", action="store_true", help="show the figures, write nothing"), JSON, LANG),
    ),
    Command(
        "migrate",
        "move everything between the embedded store and Weaviate",
        "andon kb migrate --from embedded --to weaviate",
        "workers.commands.kb_migrate:run",
        (
            arg("--from", dest="source", choices=["embedded", "weaviate"], required=True, help="where it is"),
            arg("--to", dest="target", choices=["embedded", "weaviate"], required=True, help="where it shall be"),
            JSON,
            LANG,
        ),
    ),
    kb(
        "review",
        "look at the candidates and decide",
        "review FB-3",
        arg("id", metavar="ID", nargs="?", default=None, help="one candidate, with every answer that would change"),
        DOCUMENT,
        USER,
        JSON,
        module="growing",
    ),
    kb(
        "approve",
        "make candidates verified knowledge",
        "approve FB-3 --user anna",
        *DECIDED,
        module="kb_decide",
    ),
    kb(
        "reject",
        "refuse candidates",
        "reject --document old.pdf --user anna",
        *DECIDED,
        module="kb_decide",
    ),
    kb(
        "retire",
        "take passages out of answers",
        "retire CC-012-en --user anna",
        *DECIDED,
        module="kb_decide",
    ),
    kb(
        "undo",
        "take back the last change to each passage",
        "undo --document roll-manual.pdf --user anna",
        *DECIDED,
        module="kb_decide",
    ),
    kb(
        "merge",
        "join a near-duplicate with another passage",
        "merge CASE-2 CASE-1 --user anna",
        ID,
        arg("into", metavar="INTO", help="id of the passage that stays"),
        arg("--force", action="store_true", help="also when they do not say the same"),
        USER,
        JSON,
        module="growing",
    ),
    kb("history", "show every change of a passage", "history FB-3", ID, JSON, module="growing"),
    kb(
        "feedback",
        "say whether an answer was right",
        'feedback --question "level jumps" --verdict disagree --answer "SEN misaligned" --user anna',
        arg("--question", required=True, metavar="Q"),
        arg("--verdict", required=True, choices=["agree", "disagree"]),
        arg("--answer", default=None, metavar="TEXT"),
        USER,
        JSON,
        module="growing",
    ),
)

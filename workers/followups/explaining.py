"""A follow-up worded by a language model out of what is stored of the answer, and put between what stays the rules':
headline, ranking, confidences, advice and notes on safety.

Where the model does not answer, or what it says is refused twice, the rules' lines stand, with one sentence that says
so. Work orders, checklists, decisions to stop and short answers are the rules' alone: they are structure and advice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from roles.deciding.figures import figure
from roles.explainer import EXPLAINER, Explanation, Sentence
from roles.role import Outcome, run
from roles.types import Lang, Level
from workers import receipt as receipts
from workers.contracts import Answer, Block
from workers.followups.facts import causes_of, follow_up_of, passages_of
from workers.followups.speaking import Voice
from workers.followups.why import listed
from workers.prose import story
from workers.prose.levels import ordinary_of
from workers.telling.instead import notes
from workers.wording import say

LEVELS = get_args(Level)
STAYS = ("headline", "action", "ask", "note", "data")  # kinds of blocks that stay whatever a model says
WHOLE = ("engineer", "manager")  # get every line of the rules beside the model's: figures, status and impact
PLAIN = ("crew", "newcomer")  # what to do stands before why, which is worded anew
MOST_ASKS = 2
GRAPH, FILE = "E", "D"  # ids that stand for an edge and for the file


def worded(
    base: Answer, kind: str, blocks: Sequence[Block], lang: Lang, question: str, voice: Voice
) -> tuple[list[Block], dict[str, Any]]:  # fmt: skip
    """The blocks of a follow-up as the model words them, and what its receipt says of that: `engines` and `calls`.

    `base` is the answer in the reader's language, `blocks` what the rules tell.
    """
    given = follow_up_of(base, kind, blocks, lang, question, voice.settings)
    outcome = run(EXPLAINER, given, voice.engine)
    played = receipts.engine(outcome)
    said = {"engines": {EXPLAINER.name: played}, "calls": receipts.calls(voice.engine)}
    if outcome.engine == "rules":
        return [*blocks, *notes([played], lang, measured=bool(base.findings))], said
    return composed(base, kind, blocks, lang, outcome), said


def freely(base: Answer, lang: Lang, question: str, voice: Voice) -> tuple[list[Block], dict[str, Any]] | None:
    """The blocks that answer a free question about `base` and what the receipt says of it; None where the model does
    not answer or what it says is refused."""
    outcome = run(EXPLAINER, follow_up_of(base, "free", [], lang, question, voice.settings), voice.engine)
    if outcome.engine == "rules":
        return None
    said = {"engines": {EXPLAINER.name: receipts.engine(outcome)}, "calls": receipts.calls(voice.engine)}
    told = [line(sentence, base, lang) for sentence in outcome.output.sentences]
    if outcome.output.unknown:
        asks = listed(base.diagnosis.asks_for[:MOST_ASKS], lang)
        told = [Block(kind="headline", text=say("explain_unknown", lang)), *told]
        told += [Block(kind="ask", text=say("sure_more", lang, ask=asks))] if asks else []
    else:
        told[0] = told[0].model_copy(update={"kind": "headline"})
    head = ordinary_of(base)[0].text.rstrip(".。")
    about = Block(kind="plain", text=say("explain_about", lang, headline=head))
    return [*told, about, Block(kind="note", text=say("explain_worded", lang))], said


def composed(
    base: Answer, kind: str, blocks: Sequence[Block], lang: Lang, outcome: Outcome[Explanation]
) -> list[Block]:  # fmt: skip
    """Headline and ranking, the model's sentences, then advice and what is asked for, and who worded it."""
    told = [line(sentence, base, lang) for sentence in outcome.output.sentences]
    stays = [block for block in blocks if _stays(block, kind, base, blocks)]
    first = 1 if kind in LEVELS else sum(block.kind in ("headline", "cause") for block in stays)
    if kind in PLAIN:
        first = 1 + sum(block.kind == "action" for block in stays)
    made = [*stays[:first], *told, *stays[first:]]
    made += _safety(base, blocks, made, lang)
    return [*made, Block(kind="note", text=say("explain_worded", lang))]


def _stays(block: Block, kind: str, base: Answer, blocks: Sequence[Block]) -> bool:
    """Does a line of the rules stay beside what a model says? What is missing or speaks against a cause does."""
    if kind in WHOLE or block.kind in STAYS:
        return True
    if block.kind != "cause":
        return False
    top = next(iter(base.diagnosis.causes), None)  # the ranking with its confidences, where the headline has none
    return kind not in PLAIN or (top is not None and figure(top.confidence, 2) not in blocks[0].text)


def _safety(base: Answer, blocks: Sequence[Block], made: Sequence[Block], lang: Lang) -> list[Block]:
    """The notes on safety that the rules tell and that are no longer among the lines."""
    before, now = story.plain(blocks), story.plain(made)
    left = [a for a in base.diagnosis.actions if a.safety and _bare(a.text) in before and _bare(a.text) not in now]
    if not left:
        return []
    end, gap = {"en": (".", " "), "zh": ("。", "")}[lang]
    text = gap.join(f"{_bare(action.text)}{end}" for action in left)
    refs = list(dict.fromkeys(action.source for action in left if action.source))
    return [Block(kind="action", text=say("answer_safety", lang, actions=text), refs=refs)]


def line(sentence: Sentence, base: Answer, lang: Lang) -> Block:
    """One sentence with the ids of the answer that it stands on; what is a passage's own words stands in quotes."""
    refs = shown_ids(sentence.evidence, base)
    marks = [*refs, *(say(key, lang) for letter, key in ((GRAPH, "explain_graph"), (FILE, "explain_file"))
                      if any(_is(id_, letter) for id_ in sentence.evidence))]  # fmt: skip
    quoted = any(p.id in refs and _bare(sentence.says) in " ".join(p.text.split()) for p in passages_of(base))
    says = say("explain_quote", lang, text=sentence.says) if quoted else sentence.says
    gap = {"en": " ", "zh": ""}[lang]
    return Block(kind="plain", text=f"{says}{gap}[{' '.join(marks)}]" if marks else says, refs=refs)


def shown_ids(ids: Sequence[str], base: Answer) -> list[str]:
    """The findings and passages behind the ids: a cause stands for the findings that it rests on."""
    known = {f.id for f in base.findings} | {passage.id for passage in passages_of(base)}
    causes = {cause.id: cause.evidence for cause in causes_of(base)}
    direct = [id_ for id_ in ids if id_ in known]
    behind = [each for id_ in ids for each in causes.get(id_, [])[:2] if each in known] if not direct else []
    return list(dict.fromkeys([*direct, *behind]))


def _is(id_: str, letter: str) -> bool:
    return id_.startswith(letter) and id_[1:].isdigit()


def _bare(text: str) -> str:
    return text.rstrip(".。")

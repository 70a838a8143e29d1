"""Which edges of the causal graph are knowledge's, not the readings'?"""

from __future__ import annotations

from roles.types import Edge, Lang
from workers.contracts import Answer, Block
from workers.wording import say

MOST = 8


def asserted_edges(answer: Answer, lang: Lang) -> list[Block]:
    """The edges that knowledge put into the graph or turned, each with its reason and source; those it took out."""
    put = [edge for edge in answer.graph.corrected if edge.origin == "knowledge"]
    out = answer.graph.removed
    if not answer.graph.corrected and not out:
        return [Block(kind="headline", text=say("edges_no_graph", lang))]
    head = say("edges_asserted" if put else "edges_none_asserted", lang, count=len(put))
    blocks = [Block(kind="headline", text=head), *(_edge(edge, lang) for edge in put[:MOST])]
    if out:
        blocks.append(Block(kind="note", text=say("edges_removed", lang, count=len(out))))
        blocks += [_edge(edge, lang) for edge in out[:MOST]]
    return blocks


def _edge(edge: Edge, lang: Lang) -> Block:
    reason = "; ".join(part.rstrip(".。") for part in (edge.reason, edge.source) if part)
    return Block(kind="plain", text=say("edges_one", lang, cause=edge.cause, effect=edge.effect, reason=reason or "-"))

"""`python -m tests.benchmarks.knowledge_fit [--write]`: fit the confidence of the default embedder again.

Two steps, each a logistic regression. First the weights of the features, on the first hits of every question of the
fit part, label "answers the question", classes balanced. Then scale and intercept, on the best hit of each question,
label "it answers the question", so that the confidence of a best hit can be read as a probability where about as many
questions have an answer here as have none. The intercept is moved until the shipped threshold separates the questions
with an answer from those without best. No confidence is higher than the ceiling: among the better half of the
answerable questions, the share with a right passage among the hits that a search shows. Across languages the cosine is
the one feature, fitted on questions of each language asked of the passages of the other.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from kb.contract import KnowledgeBase
from kb.embedders import default_embedder
from kb.search.confidence import FOLDER
from tests.benchmarks.knowledge import THRESHOLD, is_right, questions, shipped

DEPTH = 15  # hits of each question
SHOWN = 5  # hits that a search shows
SAME = ("cosine", "coverage", "title_coverage")
Rows = NDArray[np.float64]


def hits(
    store: KnowledgeBase, asked: Sequence[dict], names: Sequence[str]
) -> list[tuple[bool, Rows, NDArray[np.bool_]]]:
    """For each question: is it answerable, features of its hits, which of them answer it."""
    table = []
    for question in asked:
        found = store.search(question["text"], limit=DEPTH)
        features = np.array([[getattr(hit, name) or 0.0 for name in names] for hit in found])
        table.append((question["kind"] == "answerable", features, np.array([is_right(question, h) for h in found])))
    return table


class Fitted(NamedTuple):
    """What fit() found; `merit` is the balanced accuracy reached at the shipped threshold."""

    weights: NDArray[np.float64]
    intercept: float
    ceiling: float
    merit: float

    def toml(self, table: str, names: Sequence[str]) -> list[str]:
        """Lines of the calibration file."""
        values = {"intercept": self.intercept, **dict(zip(names, self.weights, strict=True)), "ceiling": self.ceiling}
        return ["", f"[{table}]", *(f"{name} = {value:.3f}" for name, value in values.items())]


def fit(table: Sequence[tuple[bool, Rows, NDArray[np.bool_]]]) -> Fitted:
    """See the head of this file."""
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=2000)
    model.fit(np.concatenate([rows for _, rows, _ in table]), np.concatenate([right for _, _, right in table]))
    weights = model.coef_[0]
    best = np.array([(rows @ weights).max() for _, rows, _ in table])
    first = np.array([right[(rows @ weights).argmax()] for _, rows, right in table])
    shown = np.array([right[np.argsort(-(rows @ weights))[:SHOWN]].any() for _, rows, right in table])
    answerable = np.array([yes for yes, _, _ in table])
    scale = float(LogisticRegression(C=1.0).fit(best[:, None], first).coef_[0, 0])
    edges = np.sort(best)
    cuts = (edges[1:] + edges[:-1]) / 2
    merit = np.array([((best[answerable] >= c).mean() + (best[~answerable] < c).mean()) / 2 for c in cuts])
    cut = float(np.median(cuts[merit >= merit.max() - 1e-9]))  # the middle of the best range keeps most margin
    ceiling = float(shown[best >= np.median(best[answerable])].mean())
    share = THRESHOLD / ceiling
    return Fitted(scale * weights, float(np.log(share / (1 - share))) - scale * cut, ceiling, float(merit.max()))


def main() -> int:
    """Print the calibration, or write it over the shipped one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write kb/search/calibration/MODEL.toml")
    embedder = default_embedder()
    same = fit(hits(shipped(embedder), questions("fit"), SAME))
    crossed = [hits(shipped(embedder, (other,)), questions("fit", lang=lang), ("cosine",))
               for lang, other in (("en", "zh"), ("zh", "en"))]  # fmt: skip
    cross = fit([row for table in crossed for row in table])
    lines = [
        f'model = "{embedder.id}"',
        f'fitted = """{len(questions("fit"))} questions in English and Chinese on the shipped pack '
        f"(tests/benchmarks/data, part fit): balanced accuracy of answering or not {same.merit:.2f} in one "
        f"language, {cross.merit:.2f} across "
        'languages; see tests/benchmarks/knowledge_fit.py"""',
        *same.toml("same", SAME), *cross.toml("cross", ("cosine",)), "",
    ]  # fmt: skip
    text = "\n".join(lines)
    if parser.parse_args().write:
        (FOLDER / f"{embedder.id}.toml").write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

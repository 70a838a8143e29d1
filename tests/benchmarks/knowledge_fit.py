"""`python -m tests.benchmarks.knowledge_fit [--write]`: fit the confidence of the default embedder again.

Questions and passages of one language: the three features of each of the first hits, label "answers the
question". Of two languages: the cosine alone, questions of each language on the passages of the other. The classes
are balanced, so that one half is where an answer becomes likelier than not; then the intercept is moved until the
shipped threshold separates the answerable from the unanswerable questions of the fit part best.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from kb.confidence import FOLDER
from kb.contract import KnowledgeBase
from kb.embedders import default_embedder
from tests.benchmarks.knowledge import THRESHOLD, is_right, questions, shipped

DEPTH = 15  # hits of each question
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


def fit(table: Sequence[tuple[bool, Rows, NDArray[np.bool_]]]) -> tuple[float, NDArray[np.float64], float]:
    """Intercept, coefficients and the balanced accuracy that they reach on `table`."""
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=2000)
    model.fit(np.concatenate([rows for _, rows, _ in table]), np.concatenate([right for _, _, right in table]))
    odds = np.array([(rows @ model.coef_[0]).max() for _, rows, _ in table])
    answerable = np.array([yes for yes, _, _ in table])
    edges = np.sort(odds)
    cuts = (edges[1:] + edges[:-1]) / 2
    merit = np.array([((odds[answerable] >= c).mean() + (odds[~answerable] < c).mean()) / 2 for c in cuts])
    cut = float(np.median(cuts[merit >= merit.max() - 1e-9]))  # the middle of the best range keeps most margin
    return float(np.log(THRESHOLD / (1 - THRESHOLD))) - cut, model.coef_[0], float(merit.max())


def main() -> int:
    """Print the calibration, or write it over the shipped one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write kb/calibration/MODEL.toml")
    embedder = default_embedder()
    same = fit(hits(shipped(embedder), questions("fit"), SAME))
    crossed = [hits(shipped(embedder, (other,)), questions("fit", lang=lang), ("cosine",))
               for lang, other in (("en", "zh"), ("zh", "en"))]  # fmt: skip
    cross = fit([row for table in crossed for row in table])
    count = len(questions("fit"))
    text = "\n".join([
        f'model = "{embedder.id}"',
        f'fitted = """{count} questions in English and Chinese on the shipped pack (tests/benchmarks/data, part fit): '
        f"balanced accuracy of answering or not {same[2]:.2f} in one language, {cross[2]:.2f} across languages; "
        'logistic regression, C = 1, balanced classes (tests/benchmarks/knowledge_fit.py)"""',
        "", "[same]", f"intercept = {same[0]:.3f}", *(f"{n} = {c:.3f}" for n, c in zip(SAME, same[1], strict=True)),
        "", "[cross]", f"intercept = {cross[0]:.3f}", f"cosine = {cross[1][0]:.3f}", "",
    ])  # fmt: skip
    if parser.parse_args().write:
        (FOLDER / f"{embedder.id}.toml").write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

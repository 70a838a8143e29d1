"""Fit order and confidence of an embedding model on questions with known answers (kb/search/confidence.py).

First the weights of merit, by a conditional logit: for each answerable question the right passage among all that were
found (McFadden 1974); where sentences are compared as well (kb/search/closer.py), another one of merit and their
cosines among the first by merit. Then the logistic of the best passage's merit and of what the question asks for beyond
it, label "has an answer here", classes balanced, and its scale, label "this passage answers", so that the confidence
can be read as a probability where about as many questions have an answer as have none. The intercept is moved until the
shipped threshold separates the questions with an answer from those without best. Passages that are barred
(kb/search/elsewhere.py) are no answer whatever their features are, so neither model learns from them. No confidence is
higher than the ceiling: among the better half of the answerable questions, the share with a right passage among the
first five.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.contract import Filters
from kb.embedders import Vectors
from kb.search.closer import FIRST, QUICK, near, order_of
from kb.search.confidence import BEYOND, Answer, Calibration, Closer, Likeness, Merit
from kb.search.hits import Seen
from kb.search.hybrid import look
from kb.search.question import Question
from kb.stores.embedded.pools import EmbeddedPools
from kb.stores.embedded.store import EmbeddedStore
from kb.threads import one_thread

THRESHOLD = 0.55  # ANDON_ANSWER_THRESHOLD's default: confidence from which a passage is quoted
SHOWN = 5  # hits that a search shows
STEADY = 20.0  # ridge of the order's weights, in standard deviations of the features
NAMES = tuple(Merit.model_fields)
SMOOTH = 40  # the cut is sought over the mean of one in so many of the cases: the highest of noisy figures is luck
FEW = 4  # answers from which a question is about a matter in general, and makes no family of what it names
AGAINST = (
    "unmet", "hard_unmet", "value_unmet", "unknown", "strange", "apart", "missing", "lacking", "beside", "nowhere",
    "nowhere_heard",
)  # fmt: skip
BY_MODEL = ("cosine", "phrasing", "phrasings_near")  # what an embedding model says; nothing where words alone judge
Rows = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Case(NamedTuple):
    """One question in one store: does it have an answer here, what was found, which of it answers; and what answers it
    anywhere."""

    question: str
    answerable: bool
    found: list[Likeness]
    right: Flags
    answers: frozenset[str] = frozenset()

    def unbarred(self) -> Case:
        """The case without what is no answer anyway."""
        kept = [not like.barred for like in self.found]
        found = [like for like, keep in zip(self.found, kept, strict=True) if keep]
        return self._replace(found=found, right=np.asarray(self.right, bool)[kept])


class Watched(EmbeddedStore):
    """A store that tells how what it finds is like the question."""

    def case(self, text: str, answers: Iterable[str], answerable: bool) -> Case:
        """`answers` are pairs or ids of the passages that answer `text`."""
        wanted = frozenset(answers)
        with self._reading() as db:
            self._catch_up(db)
            pools = EmbeddedPools(db, self._pools)
            with one_thread():
                question = Question.of(text, self.embedder)
                seen = look(pools, self.embedder, question, Filters())
        vector = question.vector
        right = np.array([(s.passage.pair or s.passage.id) in wanted for s in seen], bool)
        return Case(text, answerable, [self._closely(one, vector) for one in seen], right, wanted)

    def _closely(self, one: Seen, vector: Vectors) -> Likeness:
        if self.embedder.id not in QUICK:
            return one.like
        nearest, two = near(one.passage, self.embedder, vector)
        return one.like._replace(nearest=nearest, two_nearest=two)


class Fit(NamedTuple):
    """What fit() found; `merit` is the balanced accuracy that the threshold reaches on the cases."""

    calibration: Calibration
    accuracy: float


def fit(cases: Sequence[Case], model: str, said: str, by_words: bool = False) -> Fit:
    """See the head of this file. `said` tells on what it was fitted; `by_words`: without the cosine."""
    from sklearn.linear_model import LogisticRegression

    cases = [case for case in map(Case.unbarred, cases) if case.found]
    tables = [_sides(case.found, by_words) for case in cases]
    weights = _order(tables, [case.right for case in cases])
    merits = [table @ weights for table in tables]
    best = [int(merit.argmax()) for merit in merits]
    beyond = _table([case.found[b] for case, b in zip(cases, best, strict=True)], BEYOND)
    beyond = beyond * [not (by_words and name in BY_MODEL) for name in BEYOND]
    rows = np.column_stack([[m[b] for m, b in zip(merits, best, strict=True)], beyond])
    answerable = np.array([case.answerable for case in cases])
    slopes = _slopes(rows, answerable)
    odds = rows @ slopes
    first = np.array([case.right[b] for case, b in zip(cases, best, strict=True)])
    scale = float(LogisticRegression().fit(odds[:, None], first).coef_[0, 0])
    cut, accuracy = _cut(odds, answerable)
    shown = np.array([case.right[np.argsort(-m)[:SHOWN]].any() for case, m in zip(cases, merits, strict=True)])
    ceiling = float(shown[answerable & (odds >= np.median(odds[answerable]))].mean())
    share = min(THRESHOLD / ceiling, 0.99)
    intercept = float(np.log(share / (1 - share))) - scale * cut
    answer = dict(zip(("merit", *BEYOND), (round(scale * float(s), 4) for s in slopes), strict=True))
    calibration = Calibration(
        model=model, fitted=f"{said}: balanced accuracy of answering or not {accuracy:.2f}",
        merit=_merit(weights[len(NAMES) :]), phrased_merit=_merit(weights[: len(NAMES)]),
        closer=_closer(cases, merits) if model in QUICK and not by_words else None,
        answer=Answer(intercept=round(intercept, 4), ceiling=round(ceiling, 4), **answer),
    )  # fmt: skip
    return Fit(calibration, accuracy)


class Figures(NamedTuple):
    """Shares, 0..1: of the answerable questions with a right passage first and among the first five, and with an
    answer; of the others without one; and the mean of the last two."""

    recall_1: float
    recall_5: float
    answered: float
    refused: float
    balanced: float


def figures(judged: Iterable[tuple[Case, Calibration]]) -> Figures:
    """How well each case is treated by the calibration beside it."""
    first: list[bool] = []
    five: list[bool] = []
    treated: dict[bool, list[bool]] = {True: [], False: []}
    for case, calibration in judged:
        found = case.found
        order = order_of(found, calibration)[:SHOWN]
        best = max((one for one in found if not one.barred), key=calibration.rank, default=None)
        said = best is not None and calibration.confidence(best) >= THRESHOLD
        treated[case.answerable].append(said == case.answerable)
        if case.answerable:
            first.append(bool(case.right[order[:1]].any()))
            five.append(bool(case.right[order].any()))
    answered, refused = (float(np.mean(treated[kind])) if treated[kind] else 0.0 for kind in (True, False))
    one, some = (float(np.mean(found)) if found else 0.0 for found in (first, five))
    return Figures(one, some, answered, refused, (answered + refused) / 2)


def cross_validated(cases: Sequence[Case], model: str = "", by_words: bool = False, folds: int = 5) -> Figures:
    """What a fit reaches on questions that it has not seen: neither they, in whatever store they are asked, nor others
    that the same passage answers, such as their translations."""
    judged: list[tuple[Case, Calibration]] = []
    places = [zlib.crc32(family.encode()) % folds for family in families(cases)]
    for fold in range(folds):
        rest = [case for case, place in zip(cases, places, strict=True) if place != fold]
        fitted = fit(rest, model, "", by_words).calibration
        judged += [(case, fitted) for case, place in zip(cases, places, strict=True) if place == fold]
    return figures(judged)


def families(cases: Sequence[Case]) -> list[str]:
    """A name for each case that all cases share which are linked by a question or by one of FEW answers."""
    parents: dict[str, str] = {}

    def root(one: str) -> str:
        while (above := parents.setdefault(one, one)) != one:
            one = above
        return one

    for case in cases:
        for answer in case.answers if len(case.answers) <= FEW else ():
            parents[root(f"? {case.question}")] = root(answer)
    return [root(f"? {case.question}") for case in cases]


def _slopes(rows: Rows, answerable: Flags) -> Rows:
    """Weights of merit and BEYOND. What can only speak against an answer never speaks for one: where the fit would
    have it so, because other features tell the same, it gets no weight."""
    from sklearn.linear_model import LogisticRegression

    spread = rows.std(axis=0) + 1e-9
    counts = np.ones(rows.shape[1], bool)
    against = np.array([False, *(name in AGAINST for name in BEYOND)])
    while True:
        model = LogisticRegression(class_weight="balanced", max_iter=1000).fit(rows / spread * counts, answerable)
        wrong = against & counts & (model.coef_[0] > 0)
        if not wrong.any():
            return np.asarray(model.coef_[0] * counts / spread)
        counts &= ~wrong


def _sides(found: Sequence[Likeness], by_words: bool) -> Rows:
    """Features of passages with questions of their own in the first half of the columns, of others in the second."""
    rows = _table(found, NAMES) * [not (by_words and name in BY_MODEL) for name in NAMES]
    phrased = np.array([[like.phrased] for like in found]).reshape(-1, 1)
    return np.hstack([rows * phrased, rows * (1 - phrased)])


def _closer(cases: Sequence[Case], merits: Sequence[Rows]) -> Closer:
    """Weights of the second look, among the first passages of each question."""
    first = [np.argsort(-merit)[:FIRST] for merit in merits]
    tables = [
        np.column_stack([merit[f], _table([case.found[i] for i in f], ("nearest", "two_nearest"))])
        for case, merit, f in zip(cases, merits, first, strict=True)
    ]
    weights = _order(tables, [case.right[f] for case, f in zip(cases, first, strict=True)])
    return Closer(**dict(zip(Closer.model_fields, (round(float(w), 4) for w in weights), strict=True)))


def _merit(weights: Rows) -> Merit:
    return Merit(**dict(zip(NAMES, (round(float(w), 4) for w in weights), strict=True)))


def _table(found: Sequence[Likeness], names: Sequence[str]) -> Rows:
    return np.array([[getattr(like, name) for name in names] for like in found], np.float64).reshape(-1, len(names))


def _order(tables: Sequence[Rows], rights: Sequence[Flags]) -> Rows:
    """Weights that give the right passages of each question the most of a softmax over what was found."""
    from scipy.optimize import minimize

    told = [(table, right) for table, right in zip(tables, rights, strict=True) if right.any() and not right.all()]
    spread = np.concatenate([table for table, _ in told]).std(axis=0) + 1e-9

    def loss(w: Rows) -> tuple[float, Rows]:
        value, slope = STEADY * 0.5 * float(w @ w), STEADY * w
        for table, right in told:
            scaled = table / spread
            odds = scaled @ w
            shares = np.exp(odds - odds.max())
            shares /= shares.sum()
            mine = shares[right].sum() + 1e-12
            value -= float(np.log(mine))
            slope = slope - scaled.T @ (np.where(right, shares / mine, 0.0) - shares)
        return value, slope

    return np.asarray(minimize(loss, np.zeros(len(spread)), jac=True, method="L-BFGS-B").x / spread)


def _cut(odds: Rows, answerable: Flags) -> tuple[float, float]:
    """Where to cut so that the balanced accuracy around it is highest, and the accuracy there."""
    edges = np.sort(odds)
    cuts = (edges[1:] + edges[:-1]) / 2
    merit = np.array([((odds[answerable] >= c).mean() + (odds[~answerable] < c).mean()) / 2 for c in cuts])
    width = max(len(cuts) // SMOOTH, 1) | 1
    around = np.convolve(np.pad(merit, width // 2, mode="edge"), np.full(width, 1 / width), "valid")
    best = np.flatnonzero(around >= around.max() - 1e-9)
    place = best[len(best) // 2]
    return float(cuts[place]), float(merit[place])


def toml(calibration: Calibration) -> str:
    """The text of a calibration file."""
    lines = [f'model = "{calibration.model}"', f'fitted = """{calibration.fitted}"""']
    for table in ("merit", "phrased_merit", "closer", "answer"):
        if values := getattr(calibration, table):
            lines += ["", f"[{table}]", *(f"{name} = {value}" for name, value in values)]
    return "\n".join([*lines, ""])

"""How near a text comes to the reference: BLEU-4 and ROUGE, as the LLM-TSFD paper counts them.

BLEU is that of sacrebleu over a whole corpus, ROUGE the mean F-measure of rouge-score. Chinese is taken character by
character, runs of Latin letters and numbers as one word, so neither needs a dictionary.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from roles.types import Frozen, Lang
from workers.errors import AndonError

PIECE = re.compile(r"[A-Za-z0-9.%/+-]+|[一-鿿]")
KINDS = ("rouge1", "rouge2", "rougeL")


class Overlap(Frozen):
    """All from 0 to 100."""

    bleu4: float
    rouge1: float
    rouge2: float
    rouge_l: float


def overlap(texts: Sequence[str], references: Sequence[str], lang: Lang) -> Overlap:
    """Of as many texts as references, in one language.

    Raises AndonError failure_eval_missing where the extra `eval` is not installed.
    """
    try:
        from rouge_score import rouge_scorer
        from sacrebleu.metrics import BLEU
    except ImportError as error:
        raise AndonError("failure_eval_missing") from error
    if not texts:
        return Overlap(bleu4=0.0, rouge1=0.0, rouge2=0.0, rouge_l=0.0)
    bleu = BLEU(tokenize="zh" if lang == "zh" else "13a", max_ngram_order=4, lowercase=True)
    scorer = rouge_scorer.RougeScorer(
        list(KINDS), use_stemmer=lang == "en", tokenizer=_Pieces() if lang == "zh" else None
    )
    scores = [scorer.score(reference, text) for text, reference in zip(texts, references, strict=True)]
    means = [100.0 * sum(score[kind].fmeasure for score in scores) / len(scores) for kind in KINDS]
    whole = bleu.corpus_score(list(texts), [list(references)]).score
    return Overlap(bleu4=whole, rouge1=means[0], rouge2=means[1], rouge_l=means[2])


class _Pieces:
    """A tokenizer for rouge-score."""

    def tokenize(self, text: str) -> list[str]:
        """Chinese characters one by one, words and numbers whole, in lower case."""
        return [piece.lower() for piece in PIECE.findall(text)]

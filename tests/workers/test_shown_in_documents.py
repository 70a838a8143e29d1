"""An answer or a log that is pasted into a document is no evidence in a later diagnosis; what the document says is."""

import pytest

from kb.ingest import ingest
from roles.types import Finding
from tests.kb.conftest import WordEmbedder
from workers.knowledge.context import Knowledge
from workers.settings import Settings

SIGNS = "Blocked strainer: pump pressure rises and pump flow falls."
README = f"# Pump P7\n\n## An answer of March\n\n```\n{SIGNS}\n```\n\nThe strainer of the pump is cleaned weekly.\n"


@pytest.fixture
def knowledge(tmp_path, monkeypatch):
    monkeypatch.setattr("workers.knowledge.opening._embedder", lambda *_named: WordEmbedder())
    made = Knowledge(Settings(data_dir=tmp_path / "data"), "en")
    yield made
    made.store.close()


@pytest.mark.parametrize(("document", "counts"), [(README, False), (README.replace("```\n", ""), True)])
def test_a_pasted_answer_is_no_evidence_about_data_and_still_answers_questions(knowledge, tmp_path, document, counts):
    (tmp_path / "readme.md").write_text(document, "utf-8")
    ingest([tmp_path / "readme.md"], knowledge.store)
    seen = [Finding(id="F1", kind="rise", text="pump pressure rises", sensor="pump_pressure"),
            Finding(id="F2", kind="fall", text="pump flow falls", sensor="pump_flow")]  # fmt: skip
    about_data = {p.title: p.text for p in knowledge.passages("why does the pump pressure rise?", seen, [])}
    assert (SIGNS in about_data["Pump P7 › An answer of March"]) is counts
    assert "cleaned weekly" in about_data["Pump P7 › An answer of March"]
    asked = knowledge.passages("pump pressure rises pump flow falls blocked strainer", [], [])
    assert any(SIGNS in passage.text for passage in asked)

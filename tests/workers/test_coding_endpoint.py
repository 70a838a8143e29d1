"""Code for a data task by way of a real endpoint: what is sent, what is mended, what the person reads."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from roles import prompts
from tests.llm_server.server import KEY, llm_server
from workers.contracts import Question
from workers.running import pipeline
from workers.settings import Settings

CODE = """
corr = df["{a}"].rolling("5min").corr(df["{b}"])
plt.figure(figsize=(9, 5)).gca().plot(corr.index, corr)
plt.title(names["{a}"])
answer = {{"rows above {limit}": int((corr > {limit}).sum()), "largest": corr.max()}}
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    rng = np.random.default_rng(11)
    times = pd.date_range("2026-03-01 20:00", periods=1500, freq="s").strftime("%Y-%m-%d %H:%M:%S")
    both = rng.normal(size=1500)
    path = tmp_path_factory.mktemp("data") / "Halle7_rolls.csv"
    frame = {"time": times, "Walze_Q7": 41.731 + both, "Walze_Q8": 37.219 + both + rng.normal(size=1500)}
    pd.DataFrame(frame).round(3).to_csv(path, index=False)
    return path


def columns_of(prompt):
    """The columns as the prompt's input names them, in the file's order."""
    given = next(line for line in prompt.splitlines() if line.startswith('  {"'))
    return re.findall(r'"key":"([^"]+)"', given)


@pytest.mark.parametrize(("lang", "private", "text"), [
    ("en", False, "rolling correlation of Walze_Q7 and Walze_Q8 over 5 min, how often is it above 0.5?"),
    ("zh", True, "Walze_Q7与Walze_Q8的5分钟滚动相关，有多少行高于0.5？"),
])  # fmt: skip
def test_code_is_asked_for_mended_and_run(data, tmp_path, lang, private, text):
    asked = []

    def player(body):
        prompt = body["messages"][-1]["content"]
        if '"explanation"' not in prompt:
            return {"steps": [{"kind": "code"}], "unknown": []}
        asked.append(prompt)
        a, b = columns_of(prompt)
        limit = re.search(r"value_\d+", prompt)[0] if private else "0.5"
        good = CODE.format(a=a, b=b, limit=limit)
        code = good if len(asked) > 1 else good.replace("plt.figure", "plt.fingure")
        return {"explanation": {"en": "Rolling correlation.", "zh": "滚动相关。"}[lang], "code": code}

    with llm_server(player=player) as server:
        settings = Settings(
            data_dir=tmp_path / "home", timezone="Asia/Shanghai", openai_base_url=server.url, openai_api_key=KEY,
            chat_model="test-model", privacy=private,
        )  # fmt: skip
        question = Question(id="q", text=text, lang=lang, artifact=str(data), file_name=data.name)
        answer = pipeline.answer(question, settings, tmp_path / "out", lambda _what, _share: None)
        sent = "\n".join(server.texts)
    assert (answer.generated.outcome, answer.generated.tries) == ("done", 2), answer.generated
    assert "fingure" in asked[1]
    for prompt in asked:
        lines = prompt.splitlines()
        assert [h for h in (x[lang] for x in prompts.HEADINGS.values()) if h in lines] == [
            x[lang] for x in prompts.HEADINGS.values()
        ]
    readings = set(pd.read_csv(data)["Walze_Q7"].astype(str))
    assert len(readings & set(re.findall(r"\d+\.\d+", sent))) <= 5
    if private:
        assert not re.search(r"walze|Q7|Q8|halle|37\.|41\.", sent, re.IGNORECASE)
    assert answer.findings[0].text.startswith("rows above 0.5: ")
    assert answer.pictures[0].file == "code1.png"
    assert json.loads((tmp_path / "out/answer.json").read_text(encoding="utf-8"))["generated"]["code"]
    assert [call["purpose"] for call in answer.receipt["calls"]] == ["pipeline_manager", "coder", "coder"]


@pytest.mark.parametrize(("lang", "text", "rules", "same"), [
    ("en", "rolling correlation of Walze_Q7 and Walze_Q8 over 5 min", "built-in rules", "numbers are the same"),
    ("zh", "Walze_Q7与Walze_Q8的5分钟滚动相关", "内置规则", "数值不变"),
])  # fmt: skip
def test_numbers_are_not_called_the_same_where_nothing_was_measured(data, tmp_path, lang, text, rules, same):
    with llm_server(player=lambda _body: {}) as server:
        settings = Settings(
            data_dir=tmp_path / "home", openai_base_url=server.url, openai_api_key=KEY, chat_model="test-model"
        )
        question = Question(id="q", text=text, lang=lang, artifact=str(data), file_name=data.name)
        answer = pipeline.answer(question, settings, tmp_path / "out", lambda _what, _share: None)
    assert answer.generated.outcome == "failed"
    assert rules in answer.text
    assert same not in answer.text

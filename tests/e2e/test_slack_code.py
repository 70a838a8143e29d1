"""Code in chat: a worker runs it in the sandbox, the thread gets picture and table, and the code on request."""

import re

import pytest

from tests.e2e.workspace import Workspace, labels, shown, slack_plant
from tests.llm_server.server import KEY, llm_server

pytestmark = pytest.mark.timeout(180)
CODE = """
share = df["{0}"] / df["{1}"]
plt.figure(figsize=(9, 5)).gca().hist(share)
answer = {{"mean ratio": share.mean()}}
table = share.to_frame("ratio")
"""
SAYS = "The ratio of the first two pressures."


def player(body):
    """Plans one step of code, then writes it."""
    prompt = body["messages"][-1]["content"]
    if '"explanation"' not in prompt:
        return {"steps": [{"kind": "code"}], "unknown": []}
    return {"explanation": SAYS, "code": CODE.format(*re.findall(r'"key":"([^"]+)"', prompt))}


def test_code_is_run_by_a_worker_and_shown_on_request(tmp_path):
    with Workspace() as slack, llm_server(player=player) as model:
        settings = {"OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": KEY, "ANDON_CHAT_MODEL": "test-model"}
        with slack_plant(slack, tmp_path, **settings):
            place, mate = slack.place(), slack.mate()
            ts, answer = slack.ask(place, mate, "histogram of the ratio of the pump pressures")
            assert SAYS in shown(answer).splitlines()[0]
            assert "sandbox: " in shown(answer)
            slack.settled(place, ts)
            slack.wait_for(lambda: [m for m in slack.from_bot(place, ts) if m.get("files")], 30, "the table")
            slack.say(place, mate, "show the code", thread_ts=ts)
            said = slack.said(place, "Code of answer #A", ts)
            assert 'share = df["' in shown(said)
            slack.click(place, mate, answer["ts"], "more")
            view = slack.form()
            assert "Code" in labels(view)
            slack.click_view(mate, view["id"], "code")
            slack.wait_for(
                lambda: sum("share = df" in shown(m) for m in slack.from_bot(place, ts)) == 2, 20, "the code"
            )
            slack.say(place, mate, "show the code", mention=True)
            assert slack.said(place, "No answer here used code of its own.")

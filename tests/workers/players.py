"""Language models for tests, played on the strict server: one that does its work, and some that don't.

A player gets the body of a request and gives what the model says: a dict (as JSON), text, or a step of the server.
"""

from __future__ import annotations

import json
import re
import time

from tests.llm_server import ok

ROLES = {  # a phrase of the prompt -> the role that asks
    "pipeline manager of Andon, an assistant of plant maintenance crews.": "pipeline_manager",
    "流程管理员，服务于设备检修班组。": "pipeline_manager",
    "controller of Andon": "controller",
    "控制员": "controller",
    "supervisor of Andon": "supervisor",
    "监督员": "supervisor",
    "the part that answers from the knowledge base": "knowledge_answer",
    "依据知识库回答问题": "knowledge_answer",
    "the part that explains an answer already given": "follow_up",
    "这里负责解释已经给出的答案": "follow_up",
    "decision maker of Andon": "decision_maker",
    "决策员": "decision_maker",
}


def prompt_of(body):
    """All the words of a request."""
    return "\n".join(message["content"] for message in body["messages"])


def role_of(body):
    """The role that asks; None for another one."""
    text = prompt_of(body)
    return next((role for phrase, role in ROLES.items() if phrase in text), None)


def input_of(body):
    """The role's input as the prompt shows it: the first line of JSON."""
    return next(json.loads(line) for line in prompt_of(body).splitlines() if line.startswith('  {"'))


def good(body):
    """Plans a diagnosis, takes the default model, leaves the graph alone, and takes the cause that fits best."""
    role, given = role_of(body), input_of(body)
    if role == "pipeline_manager":
        return {"steps": [{"kind": "diagnose" if given["has_data"] else "ask"}]}
    if role == "controller":
        name = next((m["name"] for m in given["models"] if m.get("default")), given["models"][0]["name"])
        return {"model": name, "reasons": ["it is the default" if "Role\n" in prompt_of(body) else "采用默认模型"]}
    if role == "supervisor":
        return {"edits": []}
    if role == "knowledge_answer":
        return answered(prompt_of(body))
    if role == "follow_up":
        return explained(given)
    return decided(given, prompt_of(body))


def passages_in(prompt):
    """id -> text of the passages that the prompt shows."""
    knowledge = re.split(r"\n(?:Domain knowledge|领域知识)\n", prompt)[1]
    lines = [re.fullmatch(r"  (\S+) (?:.*?: )?(.*)", line) for line in knowledge.splitlines()]
    return {line[1]: line[2] for line in lines if line}


def answered(prompt):
    """The first sentence of each passage, in its words."""
    found = passages_in(prompt).items()
    return {"sentences": [{"says": re.split(r"(?<=[。])|(?<=\.) ", text)[0], "evidence": [id_]} for id_, text in found]}


def explained(given):
    """What the first finding says, and that the likeliest cause fits it."""
    top, first = given["causes"][0], given["findings"][0]
    chinese = re.search(r"[\u4e00-\u9fff]", first["text"])
    fits = "这些征兆与{}相符。" if chinese else "The signs that are seen fit {}; it is likely, not certain."
    return {"sentences": [{"says": first["text"], "evidence": [first["id"]]},
                          {"says": fits.format(top["cause"]), "evidence": [top["id"]]}], "unknown": False}  # fmt: skip


def decided(given, prompt):
    """The cause that fits best, with the findings that its signature names as its evidence."""
    best, fit = max(given["fit"], key=lambda pair: pair[1], default=(None, 0.0))
    line = next((line for line in prompt.splitlines() if line.strip().startswith(f"{best} = ")), "")
    signs = re.split(r"Against:", line)[0]
    evidence = sorted(set(re.findall(r"\bF\d+\b", signs)))
    sure = fit >= given["threshold"]
    said = {"verdict": "fault" if sure else "unsure", "event": given["events"][0]["event"]}
    cause = {"fault": best, "confidence": fit, "evidence": evidence}
    return said | {
        "causes": [cause] if evidence else [],
        "asks_for": [] if sure else ["the log" if "Role\n" in prompt else "记录"],
    }


def costly(body):
    """Does its work for more tokens than anybody has."""
    return ok(good(body), usage=(15_000, 4_000))


def slow(seconds):
    """Does its work after a while."""

    def play(body):
        time.sleep(seconds)
        return good(body)

    return play

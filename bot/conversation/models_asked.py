"""A question about the models themselves ("which model has the best F1?"): answered from the catalogue."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workers.contracts import Question

if TYPE_CHECKING:
    from workers.client import Office, rows

MODEL = re.compile(r"\b(?:models?|detectors?|algorithms?)\b|模型|检测器|算法", re.IGNORECASE)
ASPECT = re.compile(
    r"\bf1\b|\bf-?scores?\b|\bscor(?:e|es|ed)\b|\bfalse (?:alarms?|positives?)\b|\brecall\b|\bprecision\b"
    r"|\bmiss(?:es)?\b|\bupdat\w+|\boutdated\b|\bstale\b|\bflagged\b|\btrained\b|\bhow many\b|\bdefault\b"
    r"|\bnormal rows\b|\bcatalogue\b|得分|评分|成绩|误报|漏报|召回|精确率|更新|过期|训练过|多少个|几个|默认|目录"
    r"|有哪些|所需数据",
    re.IGNORECASE,
)
HERE = re.compile(r"\b(?:this|these|here|my|the) (?:file|data|csv|table)\b|(?:这个|此|该)文件|这些数据", re.I)
# "Use my trained model strand2, fewer false alarms": a wish for the file, no question about models.
USED = re.compile(
    r"\b(?:use|using|run|try|apply|switch to)\b[\w\s'-]{0,30}\b(?:model|detector)\b"
    r"|(?:用|使用|采用|换成|试试)(?!.{0,4}(?:哪|什么)).{0,10}(?:模型|检测器)",
    re.IGNORECASE,
)
LONGEST = 200


def wanted(text: str) -> bool:
    """Is a message about the models, and not about which of them suits a file?"""
    about = MODEL.search(text) and ASPECT.search(text)
    return len(text) <= LONGEST and bool(about) and not HERE.search(text) and not USED.search(text)


def begin(office: Office, question: rows.Question, request: Question) -> bool:
    """Hand such a question to a computing worker; False when it is another one."""
    if not wanted(question.text):
        return False
    run = office.ledger.runs.begin(question.id, request.model_dump(mode="json"))
    if run.state in ("queued", "running"):
        args = {"run_id": run.id, "kind": "models", "folder": run.prefix, "order": {}}
        office.add(f"run:{run.id}:aside", "runs.aside", "cpu", args)
    return True

"""How urgent an order is: a rule that anybody can check against the answer (docs/work-orders.md).

1  it is still going on, and its peak is at least SEVERE alarm thresholds or something has to be done now for safety
2  it is still going on, or its peak is at least SEVERE alarm thresholds
3  it was over when the data ended, and its peak was lower
"""

from __future__ import annotations

from roles.deciding.figures import figure
from roles.types import Lang
from workers.contracts import Answer
from workers.orders.order import Priority
from workers.prose.levels import event_of, peak
from workers.wording import say

SEVERE = 4.0  # peak of the event's score in alarm thresholds


def priority(answer: Answer, lang: Lang) -> tuple[Priority, str]:
    """The priority and why, in words."""
    event = event_of(answer)
    ongoing = event is None or event.ongoing
    severity = peak(event)
    danger = any(action.safety and action.when == "now" for action in answer.diagnosis.actions)
    urgent = severity >= SEVERE or danger
    rank: Priority = 1 if ongoing and urgent else 2 if ongoing or severity >= SEVERE else 3
    parts = [say("order_ongoing" if ongoing else "order_over", lang)]
    if severity:
        parts.append(say("order_severity", lang, severity=figure(severity)))
    if danger:
        parts.append(say("order_danger", lang))
    return rank, {"en": ", ", "zh": "，"}[lang].join(parts)

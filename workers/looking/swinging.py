"""A slow oscillation in words: whether it goes on, grows or dies away, and which sensor it follows."""

from __future__ import annotations

from detectors.types import Symptom
from workers.looking.shown import Shown
from workers.prose.numbers import span
from workers.wording import say

GROWS, DIES = 1.5, 0.67  # amplitude of the last quarter over that of the first


def words(symptom: Symptom, teller: Shown) -> dict[str, str]:
    """What the sentence of an oscillation over many cycles needs beside its numbers."""
    values, lang = symptom.values, teller.lang
    lasts, growth = teller.lasts(symptom.end), values["amplitude_ratio"]
    until = say("swinging_on", lang) if lasts else say("swinging_until", lang, end=teller.time(symptom.end))
    course = say("swinging_grows", lang) if growth >= GROWS else say("swinging_dies", lang) if growth <= DIES else ""
    led = ""
    if symptom.follows:
        behind = values.get("behind_s", 0.0)
        key = "swinging_behind" if behind > 0 else "swinging_with"
        led = say(key, lang, leader=teller.names.name(symptom.follows), behind=span(behind, lang))
    elif values.get("leads"):
        led = say("swinging_leads", lang)
    return {"until": until, "course": course, "led": led}

"""However long a request is, and whatever is pasted into it, its plan is there at once."""

import random
import time

import pytest

from roles.manager import MANAGER
from roles.planning.bounds import LONGEST, bounded
from tests.roles.rendering import plan_text
from tests.roles.test_planning import request

SIZE = 50_000  # characters
MOST_S = 5.0  # CPU time; a plan takes well under a second, and took minutes when each clause was read on its own
ASKED = "why is the mould level jumping?"


def filled(line):
    """Lines until SIZE characters are reached; `line` is given a die."""
    dice, text = random.Random(20240310), ""
    while len(text) < SIZE:
        text += line(dice)
    return text


def numbers(dice):
    return ",".join(f"{dice.uniform(0, 99):.2f}" for _ in range(8)) + "\n"


def timed(dice):
    return f"2024-03-10 02:00:{dice.randint(10, 59)}\t{numbers(dice)}"


LONG = {
    "table": f"{ASKED}\n{filled(numbers)}",
    "table before": f"{filled(numbers)}{ASKED}",
    "table with times": f"{ASKED}\n{filled(timed)}",
    "table with words": filled(lambda dice: f"S{dice.randint(1, 16)} upper,{dice.uniform(0, 99):.2f},ok\n"),
    "list of words": filled(lambda dice: dice.choice(["foo,", "level,", "S8,", "accelerometer,"])),
    "Chinese": filled(lambda dice: dice.choice(["画出", "液位", "，", "S8", "大于45", "标为异常", "为什么", "波动"])),
    "lines": "x\n" * (SIZE // 2),
    "spaces": f"plot{' ' * SIZE}S8",
    "one number": "1" * SIZE,
    "one numeral": "一" * SIZE,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_a_plan_of_a_long_request_takes_no_time(text):
    given = request(text)
    begin = time.process_time()
    plan = MANAGER.rules(given)
    complaints = MANAGER.check(given, plan)
    assert time.process_time() - begin < MOST_S
    assert complaints == []


@pytest.mark.parametrize("name", ["table", "table before", "table with times"])
def test_a_pasted_table_changes_nothing_in_what_is_asked(name):
    assert plan_text(MANAGER.rules(request(LONG[name]))) == "DIAGNOSIS(mould_level)"


def test_what_is_asked_after_a_long_report_is_read():
    report = filled(lambda dice: dice.choice(["the crew was there. ", "all was quiet. ", "shift handed over. "]))
    assert plan_text(MANAGER.rules(request(f"{report} plot S8"))).endswith("plot(S8)")


def test_a_list_of_many_sensors_loses_none():
    names = [sensor.name for sensor in request("").sensors]
    text = f"plot {', '.join(names)} since 03:00"
    assert len(text) > 600
    plan = MANAGER.rules(request(text))
    assert [(t.kind, t.sensors) for t in plan.subtasks] == [("plot", names)]
    assert plan.subtasks[0].start is not None


@pytest.mark.parametrize(
    "text", ["label S8 > 45 A", "plot S1, S2, S3 and 4-7 between 02:00 and 04:00", "画出S8\n标出大于45的", "1 2 3 4 5"]
)
def test_a_short_request_stays_as_it_is(text):
    assert bounded(text) == text


def test_a_long_request_keeps_its_two_ends_and_whole_words():
    text = " ".join(f"word{i}" for i in range(5000))
    kept = bounded(text)
    assert len(kept) <= LONGEST + 1
    assert set(kept.split()) <= set(text.split())
    assert (kept.split()[0], kept.split()[-1]) == ("word0", "word4999")

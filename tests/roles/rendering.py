"""Plans written short, as in requests.toml."""

from __future__ import annotations

from roles.manager import Plan, Subtask

DIAGNOSIS = ("clean()", "detect()", "causes()")


def plan_text(plan: Plan) -> str:
    """clean() detect() causes() diagnose(x) becomes DIAGNOSIS(x) at the end."""
    steps = [_step(task) for task in plan.subtasks]
    if steps and steps[-1].startswith("diagnose(") and all(step in steps for step in DIAGNOSIS):
        steps = [s for s in steps[:-1] if s not in DIAGNOSIS] + [steps[-1].replace("diagnose", "DIAGNOSIS")]
    return " ".join(steps) + (f" unknown: {', '.join(plan.unknown)}" if plan.unknown else "")


def _step(task: Subtask) -> str:
    times = ".." if task.start or task.end else ""
    if times:
        times = f"{task.start:%dT%H:%M}.." if task.start else times
        times += f"{task.end:%dT%H:%M}" if task.end else ""
    values = [f"{k}={_value(v)}" for k, v in sorted(task.values.items())]
    return f"{task.kind}({' '.join(part for part in (_columns(task.sensors), times, *values) if part)})"


def _value(value):
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return ",".join(_limit(part) for part in value)
    if isinstance(value, list):
        return ",".join(sorted(value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _limit(part) -> str:
    sign = {"above": ">", "below": "<"}.get(part["side"], part["side"])
    return f"{_columns([part['sensor']])}{sign}{part.get('limit', 0):g}"


def _columns(names: list[str]) -> str:
    rolls = [name for name in names if name.startswith("S")]
    if len(rolls) == 25 and len(rolls) == len(names):
        return "ROLLS"
    if len(names) == 4 and all(name.startswith("mould_temp_rise") for name in names):
        return "TEMP"
    shown = []
    for name in names:
        if name not in rolls:
            shown.append(name)
            continue
        roll, side, _ = name.split("_")
        both = f"{roll}_upper_current" in names and f"{roll}_lower_current" in names
        alone = int(roll[1:]) < 8
        shown.append(roll if both or alone else roll + side[0])
    return " ".join(dict.fromkeys(shown))

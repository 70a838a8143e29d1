"""The seven-part prompts of the roles: data in roles/prompts/ROLE.LANG.toml, filled in here.

The parts follow LLM-TSFD: time, role, input form, task decomposition, output form, reasoning form, domain knowledge.
Examples stand in roles/examples/ROLE.LANG.toml. The golden files in tests/roles/prompts show what is sent.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from roles.errors import RoleError
from roles.types import Lang

FOLDER = Path(__file__).parent / "prompts"
EXAMPLES = Path(__file__).parent / "examples"
SHOWN, KEPT = {"input", "output"}, {"table", "answer"}  # of an example; what is kept is for the tests that run code
ROLES = tuple(sorted({path.name.split(".")[0] for path in FOLDER.glob("*.toml")}))
HEADINGS: dict[str, dict[Lang, str]] = {
    "time": {"en": "Time", "zh": "时间"},
    "role": {"en": "Role", "zh": "角色"},
    "input_form": {"en": "Input form", "zh": "输入形式"},
    "task_decomposition": {"en": "Task decomposition", "zh": "任务分解"},
    "output_form": {"en": "Output form", "zh": "输出形式"},
    "reasoning_form": {"en": "Reasoning form", "zh": "推理形式"},
    "domain_knowledge": {"en": "Domain knowledge", "zh": "领域知识"},
}


def render(role: str, lang: Lang, values: Mapping[str, str], more: Mapping[str, str] | None = None) -> str:
    """The prompt of `role` in `lang`, each heading on a line of its own.

    `values` fill the placeholders: now, input_json, schema_json, knowledge, and examples where the prompt has any. The
    prompts put a value on an indented line and its further lines are indented too, so that no text from a file passes
    for a heading. `more` is text to stand at the end of a part, indented as well (what was wrong with the last output).
    Raises RoleError: failure_prompt_missing_value for a placeholder without a value, failure_prompt_unknown_value for a
    value that no placeholder takes; both name it.
    """
    parts = read(role, lang)
    wanted = {name for part in parts.values() for name in placeholders(part)}
    for name in sorted(wanted - set(values)):
        raise RoleError("failure_prompt_missing_value", role=role, name=name)
    for name in sorted(set(values) - wanted):
        raise RoleError("failure_prompt_unknown_value", role=role, name=name)
    filling = {name: _indented(value) for name, value in values.items()}
    ends = {part: f"\n  {_indented(text)}" for part, text in (more or {}).items()}
    blocks = [
        f"{HEADINGS[part][lang]}\n{text.strip().format(**filling)}{ends.get(part, '')}" for part, text in parts.items()
    ]
    return "\n\n".join(blocks) + "\n"


def _indented(value: str) -> str:
    return "\n  ".join(value.splitlines())


@cache
def examples(role: str, lang: Lang) -> tuple[tuple[str, str], ...]:
    """(input, output) of each worked example of a role, as JSON texts; none where the role has no file of them.

    Raises RoleError failure_prompt_examples when an example lacks one of the two or holds what nobody knows.
    """
    path = EXAMPLES / f"{role}.{lang}.toml"
    if role not in ROLES or not path.is_file():
        return ()
    found = tomllib.loads(path.read_text(encoding="utf-8")).get("example", [])
    if not found or any(not SHOWN <= set(each) <= SHOWN | KEPT for each in found):
        raise RoleError("failure_prompt_examples", role=role, lang=lang)
    return tuple((each["input"].strip(), each["output"].strip()) for each in found)


def headings(lang: Lang) -> list[str]:
    """The seven headings in their order."""
    return [heading[lang] for heading in HEADINGS.values()]


@cache
def read(role: str, lang: Lang) -> Mapping[str, str]:
    """The seven parts in their order, placeholders unfilled.

    Raises RoleError failure_prompt_parts when there is no such prompt or its parts are not exactly the seven.
    """
    path = FOLDER / f"{role}.{lang}.toml"
    found = tomllib.loads(path.read_text(encoding="utf-8")) if role in ROLES and path.is_file() else {}
    odd = set(HEADINGS) ^ set(found)
    if odd:
        raise RoleError("failure_prompt_parts", role=role, lang=lang, parts=", ".join(sorted(odd)))
    return {part: found[part] for part in HEADINGS}


def placeholders(text: str) -> set[str]:
    """Names in braces; a doubled brace is a brace."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

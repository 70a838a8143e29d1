"""A language model as an engine: it plays any role of roles.role through a chat.

Each request is one seven-part prompt; a repair carries the former output and the complaint inside it. With privacy on,
names, codes and values go out as placeholders and come back as what they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from roles import prompts
from roles.errors import RoleError
from roles.llm.blanks import without_blanks
from roles.llm.condensing import compact, condense, guard
from roles.llm.contract import Ask, Chat, Message, Reply
from roles.llm.fitting import Room, drafts
from roles.llm.privacy import Pseudonyms, loosened, names_in
from roles.llm.reading import estimate_tokens
from roles.llm.schema import schema
from roles.llm.speech import OWN, Brief, Speech, speech_of
from roles.role import Role
from roles.types import Lang
from roles.wording import say

LONGEST_COMPLAINT, LONGEST_FORMER = 800, 2000
NOTHING = "-"
WITH_IDS = ("findings", "passages", "faults", "weighed", "links", "notes", "steps")  # their ids mean nothing outside


class LanguageModel:
    """An Engine (roles.role). `now` gives plant time; `private` puts placeholders for names and values; `names` of
    files and further `words` (people, customers) then do not leave either."""

    name = "llm"

    def __init__(
        self, chat: Chat, now: Callable[[], datetime], *, private: bool = False, names: Iterable[str] = (),
        words: Iterable[str] = (),
    ) -> None:  # fmt: skip
        self.chat, self.now, self.private, self.names, self.words = chat, now, private, list(names), list(words)
        self._said: dict[str, str] = {}  # role -> what it last said, for the repair
        self._asked: dict[str, Ask] = {}  # role -> what it was last asked

    def play(self, role: Role[Any, Any], given: dict[str, Any], complaint: str | None) -> dict[str, Any]:
        """The role's output as JSON data. Raises RoleError when there is no usable reply, ValidationError when what
        was said has the wrong shape: the complaint goes back to the model once."""
        speech = speech_of(role)
        lang: Lang = "zh" if given.get("lang") == "zh" else "en"
        typed = role.input.model_validate(given)
        brief = speech.brief(typed)
        hidden = Pseudonyms(names_in(given), self.names, ids_in(given), self.words) if self.private else None
        reply = self._ask(role.name, lang, speech, brief, complaint, hidden)
        self._said[role.name] = reply.text
        data = hidden.restored(reply.data) if hidden is not None else reply.data
        said = speech.said.model_validate(without_blanks(speech.said, data, given))
        return speech.assemble(typed, said)

    def refused(self, role: Role[Any, Any]) -> None:
        """What the role said last did not pass its check: it is not kept for the next time."""
        asked = self._asked.get(role.name)
        if asked is not None:
            getattr(self.chat, "forget", lambda _ask: None)(asked)

    def _ask(
        self, role: str, lang: Lang, speech: Speech, brief: Brief, complaint: str | None, hidden: Pseudonyms | None
    ) -> Reply:
        """The reply to the longest prompt that the endpoint's context takes."""
        shape = schema(speech.said) if hidden is None else loosened(schema(speech.said))
        room = Room(getattr(self.chat, "context", None), speech.max_tokens, estimate_tokens(str(shape)))
        texts = (
            self.prompt(role, lang, speech, draft.brief, complaint, hidden, examples=draft.examples)
            for draft in drafts(brief)
        )
        refused = RoleError("failure_llm_context", model=getattr(self.chat, "model", ""), why="-")
        for prompt in room.fitting(texts):
            guard(prompt, role)
            message = Message(role="user", content=prompt)
            self._asked[role] = Ask(purpose=role, messages=[message], shape=shape, max_tokens=room.for_reply(prompt))
            try:
                return self.chat.ask(self._asked[role])
            except RoleError as error:
                if error.code != refused.code:
                    raise
                refused = error
                room.refuse(prompt, error.values.get("context"))
        raise refused

    def prompt(
        self, role: str, lang: Lang, speech: Speech, brief: Brief, complaint: str | None,
        hidden: Pseudonyms | None = None, *, examples: bool = True,
    ) -> str:  # fmt: skip
        """The seven-part prompt as it is sent, with or without worked examples."""
        data: Any = brief.data
        knowledge = list(brief.knowledge) or [NOTHING]
        if hidden is not None:
            data = hidden.masked(data, numbers=role not in OWN)
            knowledge = [hidden.mask(line) for line in knowledge]
        values = {
            "now": self.now().replace(minute=0, second=0, microsecond=0).isoformat(timespec="minutes"),
            "input_json": compact({key: value for key, value in data.items() if value not in (None, [], "")}),
            "schema_json": compact(schema(speech.said) if hidden is None else loosened(schema(speech.said))),
            "knowledge": "\n".join(knowledge),
        }
        shown = prompts.examples(role, lang)
        if shown:
            values["examples"] = "\n".join(f"{given}\n-> {said}" for given, said in shown) if examples else NOTHING
        more = {"output_form": self._repair(role, lang, complaint, hidden)} if complaint is not None else {}
        text = prompts.render(role, lang, values, more)
        return hidden.mask_prose(text, [*prompts.headings(lang), values["schema_json"]]) if hidden is not None else text

    def _repair(self, role: str, lang: Lang, complaint: str, hidden: Pseudonyms | None) -> str:
        """What was said (already with placeholders) and what was wrong with it."""
        wrong = condense(" ".join(complaint.split()), LONGEST_COMPLAINT)
        former = condense(" ".join(self._said.get(role, "").split()), LONGEST_FORMER)
        return say("llm_repair", lang, complaint=hidden.mask(wrong) if hidden is not None else wrong, former=former)


def ids_in(given: Any) -> set[str]:
    """Ids of findings, passages and faults: they mean nothing outside and must come back as they are."""
    found: set[str] = set()
    if isinstance(given, dict):
        for key, value in given.items():
            if key in WITH_IDS and isinstance(value, list):
                found |= {each["id"] for each in value if isinstance(each, dict) and "id" in each}
            if key in ("source", "passages") and value:
                found |= {each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)}
            found |= ids_in(value)
    elif isinstance(given, list):
        for each in given:
            found |= ids_in(each)
    return found


__all__ = ["LanguageModel", "ids_in"]

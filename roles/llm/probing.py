"""Is an endpoint there, does it know the model, and how does it answer? For `andon doctor`."""

from __future__ import annotations

from pydantic import Field

from roles.errors import RoleError
from roles.llm.contract import Ask, Message, Mode
from roles.llm.endpoint import DEFAULT_URL, Endpoint
from roles.llm.limits import Limits
from roles.llm.memory import MemoryLedger
from roles.llm.wire import Listed, Wire, shown
from roles.types import Frozen

SHAPE = {
    "type": "object",
    "properties": {"answer": {"type": "string", "enum": ["ready"]}},
    "required": ["answer"],
    "additionalProperties": False,
}
WORDS = 'Answer with the JSON document {"answer": "ready"}.'


class Probe(Frozen):
    """What was found. `models` is None where the endpoint has no list; `failure` is a code with the `values` of its
    sentence, empty when a short answer came; `ms` is how long that took, `mode` how it was asked for JSON."""

    url: str
    model: str
    models: list[str] | None = None
    knows: bool | None = None
    mode: Mode | None = None
    ms: float = 0.0
    failure: str = ""
    values: dict[str, str] = Field(default_factory=dict)


def probe(base_url: str | None, api_key: str | None, model: str | None, seconds: float = 30.0) -> Probe:
    """Ask for the list of models and for one short answer, `seconds` for each request. Nothing is kept in a ledger.

    Without a model only the list is asked for, and the failure is failure_llm_model.
    """
    url = base_url or DEFAULT_URL
    listed = Wire(url, api_key).models(min(seconds, 10.0))
    models = listed.names if isinstance(listed, Listed) else None
    seen = Probe(url=shown(url), model=model or "", models=models, knows=model in models if models and model else None)
    if not model:
        code = "failure_llm_model" if isinstance(listed, Listed) else listed.code
        why = "" if isinstance(listed, Listed) else listed.why
        return seen.model_copy(update={"failure": code, "values": {"url": seen.url, "model": "-", "why": why}})
    limits = Limits(timeout_s=seconds, deadline_s=2 * seconds, retries=0)
    ledger = MemoryLedger()
    endpoint = Endpoint(base_url, api_key, model, ledger, limits=limits)
    # Tokens for a model that thinks before it speaks.
    ask = Ask(purpose="doctor", messages=[Message(role="user", content=WORDS)], shape=SHAPE, max_tokens=400)
    try:
        endpoint.ask(ask)
    except RoleError as error:
        values = {name: str(value) for name, value in error.values.items()}
        return seen.model_copy(update={"failure": error.code, "values": values})
    call = ledger.calls[-1]
    return seen.model_copy(update={"mode": call.mode, "ms": call.ms})

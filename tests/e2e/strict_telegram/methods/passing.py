"""forwardMessage, copyMessage."""

from tests.e2e.strict_telegram import markup, render
from tests.e2e.strict_telegram.errors import bad
from tests.e2e.strict_telegram.methods.registry import method
from tests.e2e.strict_telegram.methods.shaping import caption, destination
from tests.e2e.strict_telegram.state import State
from tests.e2e.strict_telegram.world import Message


@method("forwardMessage")
def forward_message(state: State, args: dict) -> dict:
    """A message in another chat, with its origin."""
    chat, place = destination(state, args)
    source = _source(state, args, "forward")
    fields = {"text": source.text, "entities": list(source.entities), "file": source.file}
    place |= {"reply_to": None, "quote": None, "forwarded_from": source.forwarded_from or source}
    return render.message(state.world, state.world.new_message(chat, state.world.bot, **fields, **place))


@method("copyMessage")
def copy_message(state: State, args: dict) -> dict:
    """The same content as a message of the bot's own."""
    chat, place = destination(state, args)
    source = _source(state, args, "copy")
    text, entities = (source.text, list(source.entities))
    if source.file and args.get("caption") is not None:
        text, entities = caption(args)
    fields = {"text": text, "entities": entities, "file": source.file}
    fields["markup"] = markup.checked(args.get("reply_markup"))
    return {"message_id": state.world.new_message(chat, state.world.bot, **fields, **place).id}


def _source(state: State, args: dict, verb: str) -> Message:
    where = state.world.open_chat(args.get("from_chat_id"))
    source = state.world.find(where, args.get("message_id"))
    if source is None:
        raise bad(f"message to {verb} not found")
    if source.service:
        raise bad(f"message can't be {'copied' if verb == 'copy' else 'forwarded'}")
    return source

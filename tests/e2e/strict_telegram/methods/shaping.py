"""What sending and editing have in common: formatted text, and where a message goes."""

from tests.e2e.strict_telegram import entities as ent
from tests.e2e.strict_telegram import html, limits
from tests.e2e.strict_telegram.errors import bad
from tests.e2e.strict_telegram.state import State
from tests.e2e.strict_telegram.world import Chat, Message

# Telegram drops carriage returns and turns other control characters, tabs too, into spaces.
_CLEAN = {code: " " for code in range(32) if code != 10} | {13: None}


def formatted(args: dict, words: str, marks: str) -> tuple[str, list[dict]]:
    """(text, entities) of `text` or `caption` after parse_mode, trimmed, with what Telegram finds by itself."""
    raw = str(args.get(words) or "").translate(_CLEAN)
    if len(raw.encode("utf-8")) > limits.RAW_TEXT_BYTES:
        raise bad("text is too long")
    mode = str(args.get("parse_mode") or "").lower()
    if mode == "html":
        try:
            text, marked = html.parse(raw)
        except html.CannotParse as problem:
            raise bad(f"can't parse entities: {problem}") from None
    elif mode in ("markdown", "markdownv2"):
        raise bad("unsupported parse_mode: this local server reads HTML and entities, not Markdown")
    elif mode:
        raise bad("unsupported parse_mode")
    else:
        text, marked = raw, ent.checked(raw, args.get(marks) or [])
    text, marked = ent.trimmed(text, marked)
    found = marked + ent.found_in(text, marked)
    return text, sorted(found, key=lambda e: (e["offset"], -e["length"]))


def message_text(args: dict, too_long: str = "message is too long") -> tuple[str, list[dict]]:
    """The text of sendMessage and editMessageText: 1-4096 units after parsing."""
    if not args.get("text"):
        raise bad("message text is empty")
    text, marked = formatted(args, "text", "entities")
    if not text:
        raise bad("text must be non-empty")
    if ent.units(text) > limits.TEXT_UNITS:
        raise bad(too_long)
    return text, marked


def caption(args: dict) -> tuple[str, list[dict]]:
    """A caption: 0-1024 units after parsing."""
    text, marked = formatted(args, "caption", "caption_entities")
    if ent.units(text) > limits.CAPTION_UNITS:
        raise bad("message caption is too long")
    return text, marked


def destination(state: State, args: dict) -> tuple[Chat, dict]:
    """(chat, fields reply_to, quote and topic of the message to be)."""
    chat = state.world.open_chat(args.get("chat_id"))
    topic = args.get("message_thread_id") or 0
    if topic and (not chat.is_forum or topic not in chat.topics):
        raise bad("message thread not found")
    target, quote = _replied(state, chat, args)
    if target and not topic and target.chat is chat and chat.is_forum:
        topic = target.topic  # a reply stays in the topic of what it answers
    return chat, {"reply_to": target, "quote": quote, "topic": topic}


def _replied(state: State, chat: Chat, args: dict) -> tuple[Message | None, dict | None]:
    reply = args.get("reply_parameters")
    if not reply and args.get("reply_to_message_id"):
        reply = {"message_id": args["reply_to_message_id"]}
        reply["allow_sending_without_reply"] = bool(args.get("allow_sending_without_reply"))
    if not reply:
        return None, None
    if not isinstance(reply, dict) or not isinstance(reply.get("message_id"), int):
        raise bad("can't parse reply parameters: message_id is needed")
    where = state.world.open_chat(reply["chat_id"]) if reply.get("chat_id") else chat
    target = state.world.find(where, reply["message_id"])
    if target is None:
        if reply.get("allow_sending_without_reply"):
            return None, None
        raise bad("message to be replied not found")
    return target, _quote(target, reply)


def _quote(target: Message, reply: dict) -> dict | None:
    """TextQuote; the quote must stand word for word in the message (ReplyParameters.quote)."""
    if not reply.get("quote"):
        return None
    shaped = {
        "text": reply["quote"],
        "parse_mode": reply.get("quote_parse_mode"),
        "entities": reply.get("quote_entities"),
    }
    text, marked = formatted(shaped, "text", "entities")
    found = target.text.find(text)
    if not text or found < 0 or ent.units(text) > limits.QUOTE_UNITS:
        raise bad("QUOTE_TEXT_INVALID")
    quote = {"text": text, "position": ent.units(target.text[:found]), "is_manual": True}
    return quote | ({"entities": marked} if marked else {})

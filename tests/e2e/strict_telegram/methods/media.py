"""sendPhoto, sendDocument, sendMediaGroup, getFile."""

from tests.e2e.strict_telegram import limits, markup, render
from tests.e2e.strict_telegram.arguments import Upload
from tests.e2e.strict_telegram.errors import bad
from tests.e2e.strict_telegram.files import StoredFile
from tests.e2e.strict_telegram.methods.registry import method
from tests.e2e.strict_telegram.methods.shaping import caption, destination
from tests.e2e.strict_telegram.state import State


@method("sendPhoto")
def send_photo(state: State, args: dict) -> dict:
    """A picture."""
    return _send(state, args, "photo")


@method("sendDocument")
def send_document(state: State, args: dict) -> dict:
    """A file."""
    return _send(state, args, "document")


def _send(state: State, args: dict, kind: str) -> dict:
    chat, place = destination(state, args)
    text, entities = caption(args)
    keyboard = markup.checked(args.get("reply_markup"))
    stored = _stored(state, args, args.get(kind), kind)
    fields = {"text": text, "entities": entities, "markup": keyboard, "file": stored}
    sent = state.world.new_message(chat, state.world.bot, **fields, **place)
    return render.message(state.world, sent)


@method("sendMediaGroup")
def send_media_group(state: State, args: dict) -> list[dict]:
    """An album: 2-10 items, documents among themselves."""
    chat, place = destination(state, args)
    media = args.get("media")
    if not isinstance(media, list) or not all(isinstance(item, dict) for item in media):
        raise bad("can't parse media JSON object")
    if len(media) not in limits.ALBUM:
        raise bad(f"too {'many' if len(media) > 1 else 'few'} messages to send as an album")
    kinds = {str(item.get("type")) for item in media}
    if not kinds <= {"photo", "document"}:
        raise bad("can't parse InputMedia: type must be one of photo, document on this local server")
    if len(kinds) > 1:
        raise bad("document can't be mixed with other media types")
    if not all(item.get("media") for item in media):
        raise bad("can't parse InputMedia: media not found")
    ready = [(caption(item), _stored(state, args, item.get("media"), item["type"])) for item in media]
    group, sent = state.unique(), []
    for (text, entities), stored in ready:
        fields = {"text": text, "entities": entities, "file": stored, "media_group_id": group}
        sent.append(state.world.new_message(chat, state.world.bot, **fields, **place))
    return [render.message(state.world, message) for message in sent]


@method("getFile")
def get_file(state: State, args: dict) -> dict:
    """A path to download from; files over 20 MB are refused."""
    stored = state.world.files.by_id(str(args.get("file_id") or "").removesuffix("-s"))
    if stored is None:
        raise bad("invalid file_id")
    if stored.size > limits.DOWNLOAD_BYTES:
        raise bad("file is too big")
    found = {"file_id": args["file_id"], "file_unique_id": stored.unique_id, "file_size": stored.size}
    return found | {"file_path": state.world.files.path_of(stored)}


def _stored(state: State, args: dict, given: object, kind: str) -> StoredFile:
    """The file that an argument means: uploaded here, attached under a name, or known by its id."""
    if isinstance(given, str) and given.startswith("attach://"):
        given = args.get(given.removeprefix("attach://"))
    if isinstance(given, Upload):
        return state.world.files.uploaded(kind, given.name, given.data)
    if not given:
        raise bad(f"there is no {kind} in the request")
    if str(given).startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    known = state.world.files.by_id(str(given))
    if known is None:
        raise bad("wrong file identifier/HTTP URL specified")
    if known.kind != kind:
        raise bad(f"can't use file of type {known.kind.title()} as {kind.title()}")
    return known

"""files.getUploadURLExternal, files.completeUploadExternal, files.info (reference/methods/files.*)."""

from __future__ import annotations

import asyncio
import mimetypes
import secrets
import time

from tests.e2e.strict_slack.errors import SlackError
from tests.e2e.strict_slack.events import file_object
from tests.e2e.strict_slack.methods.base import Arguments, content, method
from tests.e2e.strict_slack.methods.chat import POST_TEXT, own, publish, thread_of
from tests.e2e.strict_slack.world import BOT_USER, Channel, File

MAX_BYTES = 1_000_000_000  # help centre: files of up to 1 GB
ALT_TEXT = 1_000  # files.getUploadURLExternal, alt_txt_too_large


@method("files.getUploadURLExternal", "files:write")
def promise(args: Arguments) -> dict:
    """An address to upload to, and the id of the file to be."""
    name = args.needed("filename")
    try:
        size = int(args.text("length") or 0)
    except ValueError:
        raise SlackError("invalid_arguments", ["[ERROR] length must be a number"]) from None
    if size <= 0:
        raise SlackError("missing_argument")
    if size > MAX_BYTES:
        raise SlackError("file_upload_size_restricted")
    if len(args.text("alt_txt")) > ALT_TEXT:
        raise SlackError("alt_txt_too_large")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    file = File(args.world.new_id("F"), name, BOT_USER, size, kind, state="promised")
    args.world.files[file.id] = file
    ticket = secrets.token_urlsafe(24)
    args.world.uploads[ticket] = file.id
    return {"upload_url": f"{args.slack.url}/upload/v1/{ticket}", "file_id": file.id}


@method("files.completeUploadExternal", "files:write")
def complete(args: Arguments) -> dict:
    """Finish uploads; they are processed and shared a moment later (server.processing_time)."""
    given = args.structure("files", "invalid_arguments")
    if not isinstance(given, list) or not given or not all(isinstance(f, dict) and f.get("id") for f in given):
        raise SlackError("invalid_arguments", ["[ERROR] files must be an array of objects with an id"])
    files = [args.world.files.get(str(f["id"])) for f in given]
    if any(f is None or f.state == "promised" for f in files):
        raise SlackError("file_not_found")
    if any(f.state == "complete" for f in files):
        raise SlackError("file_update_failed")
    ids = [c for c in [args.text("channel_id"), *args.text("channels").split(",")] if c]
    channels = [_target(args, c) for c in ids]
    threads = [thread_of(args, c) for c in channels]
    if args.text("initial_comment") and len(args.text("initial_comment")) > POST_TEXT:
        raise SlackError("msg_too_long")
    blocks = [] if args.text("initial_comment") or not args.given.get("blocks") else content(args, "upload", 1)
    for file, one in zip(files, given, strict=True):
        file.state, file.title = "complete", str(one.get("title") or file.name)
        file.ready_at = time.time() + args.slack.processing_time
    for channel, thread_ts in zip(channels, threads, strict=True):
        args.slack.dispatch.spawn(_share(args, channel, thread_ts, files, blocks or {}))
    return {"files": [file_object(f, args.slack.url) for f in files]}


def _target(args: Arguments, name: str) -> Channel:
    if name[0] not in "CGDU":
        raise SlackError("invalid_channel")
    return args.world.channel(name)


async def _share(args: Arguments, channel: Channel, thread_ts: str | None, files: list[File], body: dict) -> None:
    """Post the files as a message once they are processed; completeUploadExternal has answered long before."""
    await asyncio.sleep(max(0.0, max(f.ready_at for f in files) - time.time()) + 0.01)
    for file in files:
        file.channels.append(channel.id)
    text = {"text": args.text("initial_comment"), **body}
    message = own(args, {**text, "files": [file_object(f, args.slack.url) for f in files], "upload": True}, thread_ts)
    publish(args, channel, {**message, "subtype": "file_share"})


@method("files.info", "files:read")
def info(args: Arguments) -> dict:
    """A file; also the way to learn what a Slack Connect file is."""
    file = args.world.files.get(args.text("file"))
    if file is None or file.state == "promised":
        raise SlackError("file_not_found")
    return {"file": file_object(file, args.slack.url, whole=True), "comments": []}

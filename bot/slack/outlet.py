"""SlackOutlet: what Andon can do in Slack, each thing once. Contract: bot/outlet.py.

Nothing here waits for a rate limit or repeats a post; the only waiting is for Slack to process uploaded pictures.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from bot.incoming import FileRef
from bot.outlet import FileTrouble, Gone, Place, Refused, Sent, Trouble
from bot.reply import Form, Picture, Reply, Sheet
from bot.slack import calling, uploads
from bot.slack.errors import NO_TOKEN
from bot.slack.interactions import IN_VIEW
from bot.slack.render import block_id, render
from bot.slack.views import form_view, sheet_view
from bot.slack.wording import say
from workers.contracts import Block
from workers.settings import Settings

log = logging.getLogger(__name__)

EVENT_TYPE = "andon_post"  # message metadata that names a post's key
LOOK_BACK = 200  # messages looked through for a post that may have got through
PROCESSING = 10.0  # seconds that Slack may take for uploaded pictures
STEP = 0.4
NAMES = 10_000
_NOT_THERE = {"channel_not_found", "not_in_channel", "user_not_in_channel"}


class SlackOutlet:
    """One workspace, by its bot token. Safe to use from several threads."""

    platform = "slack"
    own_pictures = True

    def __init__(self, settings: Settings) -> None:
        if settings.slack_bot_token is None:
            raise Refused("slack_bot_token_missing")
        self._token = settings.slack_bot_token.get_secret_value()
        self._api = urlsplit(settings.slack_api_url)
        self._web = calling.web_client(self._token, settings.slack_api_url)
        self._names: dict[str, str] = {}

    def post(self, place: Place, reply: Reply, key: str, *, again: bool = False) -> Sent:
        """Post a message; what is too long for it goes into the thread as a file."""
        made = render(reply, key)
        found = self._found(place, key) if again else None
        if found is None:
            answer = calling.call(
                self._web.chat_postMessage,
                channel=place.channel,
                text=made.text,
                blocks=made.blocks,
                thread_ts=place.thread or None,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
                unfurl_links=False,
                unfurl_media=False,
            )
            found = Sent(channel=answer["channel"], message=answer["ts"])
        if made.overflow:
            self._overflow(place, found, reply, made.overflow, again)
        return found

    def edit(self, sent: Sent, reply: Reply, pictures: Sequence[str] = ()) -> None:
        """Replace a message of ours. Overflow stands in the file that came with the post."""
        made = render(reply, pictures=pictures)
        calling.call(self._web.chat_update, channel=sent.channel, ts=sent.message, text=made.text, blocks=made.blocks)

    def show_pictures(self, place: Place, sent: Sent, reply: Reply, pictures: Sequence[Picture]) -> list[str]:
        """Put pictures into the message; into its thread as files when Slack will not have them there."""
        ids = uploads.upload(self._web, pictures)
        uploads.complete(self._web, ids, pictures)
        end = time.monotonic() + PROCESSING
        uploads.processed(self._web, ids, end)
        while True:
            try:
                self.edit(sent, reply, ids)
                return ids
            except Refused as trouble:
                if trouble.code != "invalid_blocks" or time.monotonic() > end:
                    log.warning("pictures cannot stand in the message (%s): shared in the thread", trouble.code)
                    break
                time.sleep(STEP)
        self.attach(place, sent, pictures)
        return []

    def attach(self, place: Place, sent: Sent, files: Sequence[Picture]) -> None:
        """Share files in the thread."""
        ids = uploads.upload(self._web, files)
        uploads.complete(self._web, ids, files, place.channel, place.thread or sent.message)

    def attached(self, place: Place, sent: Sent, files: Sequence[Picture]) -> bool:
        """Do these files stand below the answer already?"""
        thread = place.model_copy(update={"thread": place.thread or sent.message})
        later = [m for m in self._recent(thread) if float(m["ts"]) > float(sent.message)]
        return {f.name for f in files} <= {f.get("name") for m in later for f in m.get("files") or []}

    def whisper(self, place: Place, reply: Reply, ticket: str = "") -> None:
        """An ephemeral message; in a direct message, where nobody else reads, one that stays."""
        for text, blocks in _parts(reply):
            body: dict[str, Any] = {"channel": place.channel, "text": text, "blocks": blocks}
            if place.thread:
                body["thread_ts"] = place.thread
            try:
                if place.private:
                    calling.call(self._web.chat_postMessage, **body)
                else:
                    calling.call(self._web.chat_postEphemeral, user=place.user, **body)
            except Gone as trouble:
                url = next((part for part in ticket.split() if part.startswith("http")), "")
                if not url or trouble.code not in _NOT_THERE:
                    raise
                calling.post_json(url, {"response_type": "ephemeral", "text": text, "blocks": blocks})

    def toast(self, ticket: str, text: str = "") -> None:
        """Slack needs no answer to a press."""

    def open_form(self, place: Place, form: Form, ticket: str) -> bool:
        """Open a form within three seconds of the press; Gone("expired_trigger_id") after that."""
        self._open(form_view(form, place), ticket)
        return True

    def open_sheet(self, place: Place, sheet: Sheet, ticket: str) -> bool:
        """Show details."""
        self._open(sheet_view(sheet, place), ticket)
        return True

    def working(self, place: Place, text: str) -> None:
        """The status line of an assistant thread. Not every workspace has them, so any trouble is no news."""
        if not (place.private and place.thread):
            return
        try:
            calling.call(
                self._web.assistant_threads_setStatus, channel_id=place.channel, thread_ts=place.thread, status=text
            )
        except Trouble as trouble:
            log.debug("no assistant status: %s", trouble.code)

    def fetch(self, file: FileRef, sink: BinaryIO, limit: int) -> int:
        """Stream a file; only Slack itself is shown the token."""
        if file.kind in ("external", "foreign"):
            raise FileTrouble("external")
        if file.size is not None and file.size > limit:
            raise FileTrouble("too_large")
        url, size = file.url, file.size
        if not url or (size is None and calling.is_page(url)):
            url, size = self._address(file.id)
        try:
            return calling.download(url, self._token, self._trusted, sink, limit, size)
        except FileTrouble as trouble:
            if trouble.code == "no_permission":  # its login page is also what a token that is no more gets
                self._ask_for_token()
            raise

    def _ask_for_token(self) -> None:
        """Raise Refused when Slack refuses the token itself; whatever else is wrong is not what was asked."""
        try:
            calling.call(self._web.auth_test)
        except Refused as refused:
            if refused.code in NO_TOKEN:
                raise
        except Trouble:
            return

    def name_of(self, user: str) -> str:
        """The display name; the id when Slack doesn't tell."""
        if user not in self._names:
            try:
                person = calling.call(self._web.users_info, user=user)["user"]
            except (Gone, Refused):
                person = {}
            except Trouble:
                return user
            profile = person.get("profile") or {}
            shown = profile.get("display_name") or profile.get("real_name") or person.get("name") or user
            if len(self._names) >= NAMES:
                self._names.clear()
            self._names[user] = shown
        return self._names.get(user, user)

    def open_between(self, there: str, here: str | None) -> bool:
        """Public channels are read by the whole workspace; a channel shared with another organisation by that, too.
        Asked each time: a channel can be made private."""
        try:
            source = calling.call(self._web.conversations_info, channel=there)["channel"]
            target = calling.call(self._web.conversations_info, channel=here)["channel"] if here is not None else {}
        except (Gone, Refused) as trouble:
            log.info("whether a channel may be quoted in another is not known: %s", trouble.code)
            return False
        closed = any(source.get(kind) for kind in ("is_private", "is_im", "is_mpim"))
        return bool(source.get("is_channel")) and not closed and not target.get("is_ext_shared")

    def _open(self, view: dict[str, Any], ticket: str) -> None:
        trigger, *more = ticket.split() or [""]
        opens: Callable[..., Any] = self._web.views_push if IN_VIEW in more else self._web.views_open
        calling.call(opens, trigger_id=trigger, view=view)

    def _found(self, place: Place, key: str) -> Sent | None:
        """A message of ours that carries the key."""
        for message in self._recent(place):
            metadata = message.get("metadata") or {}
            blocks = message.get("blocks") or [{}]
            payload = metadata.get("event_payload") or {}
            named = metadata.get("event_type") == EVENT_TYPE and payload.get("key") == key
            if named or blocks[0].get("block_id") == block_id(key):
                return Sent(channel=place.channel, message=message["ts"])
        return None

    def _recent(self, place: Place) -> list[dict[str, Any]]:
        """Our own latest messages there; none when the app may not read."""
        look: dict[str, Any] = {"channel": place.channel, "limit": LOOK_BACK, "include_all_metadata": True}
        try:
            if place.thread:
                answer = self._last_page(look, place.thread)
            else:
                answer = calling.call(self._web.conversations_history, **look)
        except Refused as trouble:
            log.warning("cannot look for a message that may have been posted already: %s", trouble.code)
            return []
        return [message for message in answer["messages"] if message.get("bot_id")]

    def _last_page(self, look: dict[str, Any], thread: str) -> dict[str, Any]:
        """A thread comes oldest first: go on to its end, and keep everything of ours on the way."""
        messages: list[dict[str, Any]] = []
        cursor = None
        while True:
            answer = calling.call(self._web.conversations_replies, ts=thread, cursor=cursor, **look)
            messages += answer["messages"]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return {"messages": messages}

    def _overflow(self, place: Place, sent: Sent, reply: Reply, rest: str, again: bool) -> None:
        """The rest of a long text as a file, else as further messages. The post stands: trouble is logged alone."""
        name = say("rest_name", reply.lang, mark=sent.message.replace(".", ""))
        thread = place.model_copy(update={"thread": place.thread or sent.message})
        try:
            if again and any(f.get("name") == name for m in self._recent(thread) for f in m.get("files") or []):
                return
            with uploads.text_file(rest, name) as file:
                self.attach(place, sent, [file])
        except Trouble as trouble:
            log.warning("the rest of a long text could not be sent as a file: %s", trouble.code)
            self._rest_as_messages(place, sent, reply, rest)

    def _rest_as_messages(self, place: Place, sent: Sent, reply: Reply, rest: str) -> None:
        more = Reply(kind="notice", lang=reply.lang, blocks=[Block(kind="plain", text=rest)])
        try:
            for text, blocks in _parts(more):
                calling.call(
                    self._web.chat_postMessage,
                    channel=place.channel,
                    thread_ts=place.thread or sent.message,
                    text=text,
                    blocks=blocks,
                )
        except Trouble as trouble:
            log.error("the rest of a long text could not be sent at all: %s", trouble.code)

    def _address(self, file: str) -> tuple[str, int | None]:
        """Where a file lies that came without its address, and its bytes when Slack says."""
        try:
            native = calling.call(self._web.files_info, file=file)["file"]
        except Gone:
            raise FileTrouble("gone") from None
        except Refused as trouble:
            code = "no_permission" if trouble.code == "missing_scope" else "gone"
            raise FileTrouble(code) from None
        if native.get("mode") == "external" or native.get("is_external"):
            raise FileTrouble("external")
        url = native.get("url_private_download") or native.get("url_private")
        if not url:
            raise FileTrouble("gone")
        size = native.get("size")
        return str(url), size if isinstance(size, int) else None

    def _trusted(self, url: str) -> bool:
        """Whether an address may see the token: the API's own host, and its file host over the same scheme."""
        there = urlsplit(url)
        if there.scheme == "https" and there.netloc == "files.slack.com":
            return True
        return there.scheme == self._api.scheme and there.netloc in (self._api.netloc, f"files.{self._api.netloc}")


def _parts(reply: Reply) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    """A reply as one message, and as many more as its length needs."""
    made = render(reply, rest_note="rest_follows")
    yield made.text, made.blocks
    while made.overflow:
        more = Reply(kind="notice", lang=reply.lang, blocks=[Block(kind="plain", text=made.overflow)])
        made = render(more, rest_note="rest_follows")
        yield made.text, made.blocks

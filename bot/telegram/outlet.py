"""The way out to Telegram: calls, and what their errors mean. Waiting, retrying and remembering are the caller's."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from typing import Any, BinaryIO, Literal

import telegram
from telegram import InlineKeyboardMarkup, InputFile, LinkPreviewOptions, Message, ReplyParameters
from telegram.error import TelegramError

from bot.incoming import FileRef
from bot.outlet import Place, Refused, Sent, Trouble, Wait
from bot.reply import Form, Picture, Reply, Sheet
from bot.telegram import download, uploads
from bot.telegram.engine import Engine
from bot.telegram.errors import not_modified, too_late, trouble
from bot.telegram.render import captions, render, short
from bot.telegram.wording import say
from workers.settings import Settings

log = logging.getLogger("andon.telegram")
TOAST = 200  # answerCallbackQuery, text: 0-200 characters
FINISH_S = 60.0  # the longest wait for the rest of what is half sent
REMEMBERED = 200  # long messages whose file is out
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramOutlet:
    """bot.outlet.Outlet over the Bot API; blocking and safe to call from several threads."""

    platform = "telegram"
    own_pictures = False

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engine = Engine(settings)
        self._rests: deque[tuple[str, str, str]] = deque(maxlen=REMEMBERED)

    def post(self, place: Place, reply: Reply, key: str, *, again: bool = False) -> Sent:
        """Post text and buttons. `again` changes nothing here: Telegram gives bots no way to look for a message.

        Probing was thought through and left out. Editing the keyboard of each id above the answered message to this
        reply's keyboard would find the lost one by "message is not modified", but an id may be another message of
        ours (a picture, another question's progress): its keyboard would be replaced, the old one is not told, and
        so it cannot be repaired. What is left after a lost answer of Telegram is a second progress message; the
        answer is an edit of one of them, and an edit can be repeated.
        """
        shown = render(reply)
        called = _call(place) if reply.asks else ""

        async def send(bot: telegram.Bot) -> Message:
            return await bot.send_message(
                **_where(place),
                text=called + shown.text,
                parse_mode="HTML",
                reply_markup=shown.keyboard,
                link_preview_options=NO_PREVIEW,
            )

        sent = Sent(channel=place.channel, message=str(self.engine.do(send).message_id))
        self._rest(place, sent, shown.overflow, reply.lang)
        return sent

    def edit(self, sent: Sent, reply: Reply, pictures: Sequence[str] = ()) -> None:
        """Replace text and buttons. `pictures` follow as messages of their own and stay as they are."""
        shown = render(reply)
        buttons = shown.keyboard if isinstance(shown.keyboard, InlineKeyboardMarkup) else None

        async def change(bot: telegram.Bot) -> object:
            return await bot.edit_message_text(
                shown.text,
                chat_id=int(sent.channel),
                message_id=int(sent.message),
                parse_mode="HTML",
                reply_markup=buttons,
                link_preview_options=NO_PREVIEW,
            )

        try:
            self.engine.call(change)
        except TelegramError as error:
            if not not_modified(error):
                raise trouble(error) from None
        self._rest(Place(platform="telegram", channel=sent.channel), sent, shown.overflow, reply.lang)

    def show_pictures(self, place: Place, sent: Sent, reply: Reply, pictures: Sequence[Picture]) -> list[str]:
        """Photos that can be read at once, then the same files in full resolution; all reply to the answer.

        What Telegram does not take as a photo goes as a document alone. Errors are raised only while nothing was
        sent: afterwards raising would make the caller send the photos twice, so the rest is finished here (the one
        place that waits, FINISH_S at most) or left out with a log line.
        """
        uploads.check(pictures)
        photos = [picture for picture in pictures if uploads.is_photo(picture)]
        lots: list[tuple[Literal["photo", "document"], Sequence[Picture]]] = [
            *(("photo", lot) for lot in uploads.albums(photos)),
            *(("document", lot) for lot in uploads.albums(pictures)),
        ]
        return self._send_lots(place, sent, lots, captions_on_documents=False)

    def attach(self, place: Place, sent: Sent, files: Sequence[Picture]) -> None:
        """Files below the answer, as documents."""
        uploads.check(files)
        self._send_lots(place, sent, [("document", lot) for lot in uploads.albums(files)])

    def whisper(self, place: Place, reply: Reply, ticket: str = "") -> None:
        """A reply to the person's message: Telegram shows a group's messages to everyone in it."""
        self.post(place, reply, "")

    def toast(self, ticket: str, text: str = "") -> None:
        """Answer a press, so that the button stops waiting. Too late is success: nobody waits any more."""
        if not ticket:  # it was no press
            return
        words = short(text, TOAST) or None

        async def answer(bot: telegram.Bot) -> bool:
            return await bot.answer_callback_query(ticket, text=words)

        try:
            self.engine.call(answer)
        except TelegramError as error:
            if not too_late(error):
                raise trouble(error) from None

    def open_form(self, place: Place, form: Form, ticket: str) -> bool:
        """Telegram has no forms: the caller asks in words."""
        return False

    def open_sheet(self, place: Place, sheet: Sheet, ticket: str) -> bool:
        """Telegram has no sheets: the caller posts the sections."""
        return False

    def working(self, place: Place, text: str) -> None:
        """ "typing" for a few seconds; best effort."""
        where = _where(place, reply=False)
        try:
            self.engine.call(lambda bot: bot.send_chat_action(action="typing", **where))
        except (TelegramError, Trouble) as error:
            log.debug("no sign of life was shown (%s)", type(error).__name__)

    def fetch(self, file: FileRef, sink: BinaryIO, limit: int) -> int:
        """Stream a file into `sink`; see bot/telegram/download.py."""
        return download.fetch(self.engine, self.settings, file, sink, limit)

    def name_of(self, user: str) -> str:
        """The id: a person's name comes with every event (Incoming.user_name)."""
        return user

    def open_between(self, there: str, here: str | None) -> bool:
        """Never: only its members read a chat, and which chats share theirs Telegram does not tell."""
        return False

    def close(self) -> None:
        """Close the connections."""
        self.engine.close()

    def _rest(self, place: Place, sent: Sent, rest: str, lang: str) -> None:
        """The file that a message too long speaks of, once for the same text. The message stands: nothing is raised."""
        known = (sent.channel, sent.message, rest)
        if not rest or known in self._rests:
            return
        where = _where(place.model_copy(update={"reply_to": sent.message}))
        file = InputFile(rest.encode(), filename=say("rest_name", lang))

        async def send(bot: telegram.Bot) -> Sequence[Message]:
            return [await bot.send_document(document=file, **where)]

        try:
            self._finish(send)
            self._rests.append(known)
        except Trouble as error:
            log.warning("the rest of a long message was not sent (%s)", type(error).__name__)

    def _send_lots(
        self,
        place: Place,
        sent: Sent,
        lots: Sequence[tuple[Literal["photo", "document"], Sequence[Picture]]],
        *,
        captions_on_documents: bool = True,
    ) -> list[str]:
        """One request a lot. Before the first success errors are raised, later ones only logged."""
        below = place.model_copy(update={"channel": sent.channel, "reply_to": sent.message})
        ids: list[str] = []
        begun = False
        for kind, lot in lots:
            plain = kind == "document" and not captions_on_documents
            send = _album(kind, below, [_uncaptioned(file) for file in lot] if plain else lot)
            try:
                messages = self._finish(send) if begun else self.engine.do(send)
            except Trouble as error:
                if not begun and not (isinstance(error, Refused) and kind != lots[-1][0]):
                    raise  # photos that Telegram does not like may still go as documents
                log.warning("%d files were left out after others were sent (%s)", len(lot), type(error).__name__)
                continue
            begun = True
            ids += [str(message.message_id) for message in messages]
        return ids

    def _finish(self, send: Callable[[telegram.Bot], Awaitable[Sequence[Message]]]) -> Sequence[Message]:
        """Send what belongs to something already sent; a wait that Telegram asks for is waited, within FINISH_S."""
        left = FINISH_S
        while True:
            try:
                return self.engine.do(send)
            except Wait as wait:
                if wait.seconds > left:
                    raise
                left -= wait.seconds
                time.sleep(wait.seconds)


def _where(place: Place, *, reply: bool = True) -> dict[str, Any]:
    """Chat, topic and the answered message as PTB's arguments. A deleted message must not stop the answer."""
    where: dict[str, Any] = {"chat_id": int(place.channel)}
    if place.thread:
        where["message_thread_id"] = int(place.thread)
    if reply and place.reply_to:
        where["reply_parameters"] = ReplyParameters(int(place.reply_to), allow_sending_without_reply=True)
    return where


def _call(place: Place) -> str:
    """A mention of whoever is asked: in a group ForceReply opens the keyboard of those mentioned alone."""
    return f'<a href="tg://user?id={place.user}">\u21a9</a> ' if place.user.isdigit() and not place.private else ""


def _uncaptioned(file: Picture) -> Picture:
    """A full-resolution copy of a photo needs no second caption, but for what the first could not hold."""
    return file.model_copy(update={"caption": captions(file.caption)[1]})


def _album(
    kind: Literal["photo", "document"], place: Place, lot: Sequence[Picture]
) -> Callable[[telegram.Bot], Awaitable[Sequence[Message]]]:
    """The call that sends one file or an album of several; files are opened anew for every try."""

    async def send(bot: telegram.Bot) -> Sequence[Message]:
        where = _where(place)
        with ExitStack() as stack:
            if len(lot) > 1:
                media = [uploads.photo(f, stack) if kind == "photo" else uploads.document(f, stack) for f in lot]
                return await bot.send_media_group(media=media, **where)
            file = uploads.upload(lot[0], stack, attach=False)
            where |= {"caption": captions(lot[0].caption)[0] or None, "parse_mode": "HTML"}
            if kind == "photo":
                return [await bot.send_photo(photo=file, **where)]
            return [await bot.send_document(document=file, disable_content_type_detection=True, **where)]

    return send

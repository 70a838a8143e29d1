"""What a crew's phones show of the strict Telegram, for tests that talk to Andon there."""

from contextlib import contextmanager

from tests.e2e.plant import REACTIONS, Plant
from tests.e2e.strict_telegram import TelegramServer

SECONDS = 60  # for an answer, on a machine that does other things too


class Phone(TelegramServer):
    """The server with the questions that tests ask again and again."""

    def answers(self, chat, topic=None):
        """The messages of a chat (of a topic) that carry reactions; a refusal has none to agree with."""
        wanted = [set(words[:3]) for words in REACTIONS.values()]
        carry = [m for m in self.bot_messages(chat) if any(words <= set(m.buttons) for words in wanted)]
        return carry if topic is None else [m for m in carry if m.topic == topic]

    def answered(self, chat, count=1, topic=None, seconds=SECONDS):
        """The last of exactly `count` answers in a chat."""
        self.wait_for(lambda: len(self.answers(chat, topic)) >= count, seconds, f"{count} answers")
        found = self.answers(chat, topic)
        assert len(found) == count
        return found[-1]

    def said(self, chat, words, after=0, seconds=20.0):
        """The first message of the bot later than message `after` that has these words."""
        return self.wait_for(
            lambda: next((m for m in self.bot_messages(chat) if m.id > after and words in m.text), None),
            seconds, f"{words!r} in {[m.text[:80] for m in self.bot_messages(chat)[-4:]]}",
        )  # fmt: skip

    def press(self, chat, user, message, button):
        """Tap, and what the app shows for it once the bot has answered."""
        query = self.tap(chat, user, message, button)
        return self.wait_for(lambda: query.answer, 15, f"an answer to {button!r}").text or ""

    def last(self, chat):
        """The id of the newest message of a chat, 0 when there is none."""
        return max((m.id for m in self.messages(chat)), default=0)


@contextmanager
def telegram_plant(telegram, folder, **settings):
    """A plant with one worker and the Telegram bot, both ready, by polling `telegram`."""
    with Plant(folder, **telegram.environment, **settings) as plant:
        worker, bot = plant.run("worker"), plant.run("bot", "telegram")
        worker.ready()
        bot.ready()
        yield plant

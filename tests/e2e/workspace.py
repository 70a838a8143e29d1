"""What a crew sees of the strict Slack, for tests that talk to Andon there."""

import html
import itertools
import re
from contextlib import contextmanager

from tests.e2e.plant import REACTIONS, Plant, small_csv
from tests.e2e.strict_slack import SlackServer
from tests.services import wait_until

SECONDS = 60  # for an answer, on a machine that does other things too


def labels(message):
    """Texts of all buttons of a message."""
    return [e["text"]["text"] for b in message.get("blocks", []) if b["type"] == "actions" for e in b["elements"]]


def written(node):
    """The words of a block or element as a person reads them: entities are characters again."""
    if isinstance(node, list):
        return "".join(map(written, node))
    if not isinstance(node, dict):
        return ""
    if isinstance(node.get("text"), str):
        return node["text"] if node["type"] == "text" else html.unescape(node["text"])
    return written(node.get("text")) + written(node.get("elements"))


def shown(message):
    """What a person sees of a message, line by line: words, pictures, buttons."""
    lines = []
    for block in message.get("blocks", []):
        if block["type"] == "actions":
            lines.append(" ".join(f"[{e['text']['text']}]" for e in block["elements"]))
        elif block["type"] == "image":
            lines.append("[picture]")
        else:
            lines.append(written(block))
    if not message.get("blocks"):
        lines.append(html.unescape(message.get("text", "")))
    lines += [f"[file {f['name']}]" for f in message.get("files", [])]
    return "\n".join(line for line in lines if line)


class Workspace(SlackServer):
    """The server with the questions that tests ask again and again."""

    def __init__(self, port=0):
        super().__init__(port)
        self._count, self._seen = itertools.count(1), set()

    def place(self):
        """The id of a new channel where everybody is, so that no test waits for another one's pace."""
        number = next(self._count)
        self.add_channel(f"C0PLACE{number:03d}", f"place-{number}")
        return f"C0PLACE{number:03d}"

    def mate(self, locale="en-US"):
        """The id of somebody new."""
        number = next(self._count)
        self.add_user(f"U0MATE{number:03d}", f"mate{number}", locale)
        return f"U0MATE{number:03d}"

    def answers(self, channel, thread=None):
        """The messages that carry reactions; a refusal has none to agree with."""
        wanted = [set(words[:3]) for words in REACTIONS.values()]
        return [m for m in self.from_bot(channel, thread) if any(words <= set(labels(m)) for words in wanted)]

    def answered(self, channel, thread=None, count=1, seconds=SECONDS):
        """The last of exactly `count` answers in a thread (in a channel)."""
        self.wait_for(lambda: len(self.answers(channel, thread)) >= count, seconds, f"{count} answers")
        found = self.answers(channel, thread)
        assert len(found) == count, [shown(m) for m in found]
        return found[-1]

    def ask(self, channel, user, text="pump pressure jumped, why?", name="pumps.csv", data=None, **more):
        """A question with a small file, answered: (ts, answer). In a channel Andon is mentioned."""
        mention = not channel.startswith("D")
        files = [(name, data if data is not None else small_csv())]
        ts = self.say(channel, user, text, files=files, mention=mention, **more)
        return ts, self.answered(channel, more.get("thread_ts") or ts)

    def said(self, channel, words, thread=None, seconds=20.0):
        """The first message of the bot that shows these words."""
        return self.wait_for(
            lambda: next((m for m in self.from_bot(channel, thread) if words in shown(m)), None),
            seconds, f"{words!r} in {[shown(m)[:100] for m in self.from_bot(channel, thread)[-4:]]}",
        )  # fmt: skip

    def whispered(self, user, words, seconds=20.0):
        """The first message to one person alone that shows these words."""
        return self.wait_for(
            lambda: next((m for m in self.ephemerals if m["to"] == user and words in shown(m)), None),
            seconds, f"{words!r} for {user} alone",
        )  # fmt: skip

    def form(self, seconds=20.0):
        """The modal that was opened since the last time that one was asked for."""
        view = self.wait_for(
            lambda: next((v for v in self.views if v["id"] not in self._seen), None), seconds, "a modal"
        )
        self._seen.add(view["id"])
        return view

    def progress(self, channel, thread):
        """The progress message of a question: the first that Andon says in its thread."""
        return self.wait_for(lambda: self.from_bot(channel, thread), 20, "a sign of life")[0]

    def settled(self, channel, thread):
        """Wait until an answer is complete: its pictures are in it, and the progress message says that it is done."""
        self.wait_for(lambda: "[picture]" in shown(self.answers(channel, thread)[0]), 40, "the pictures")
        self.wait_for(lambda: labels(self.progress(channel, thread)) == [], 20, "the end of Stop")

    def transcript(self, channel, thread=None):
        """A conversation as people read it now."""
        parts = []
        for message in self.messages(channel, thread):
            user = self.world.users.get(message.get("user", ""))
            who = user.real_name if user else "?"
            words = re.sub(r"<@U0ANDON>", "@andon", shown(message) if message.get("bot_id") else message["text"])
            files = "" if message.get("bot_id") else " ".join(f"[{f['name']}]" for f in message.get("files", []))
            parts.append(f"{who}:\n" + "\n".join(f"  {line}" for line in f"{words} {files}".strip().splitlines()))
        return "\n\n".join(parts)


@contextmanager
def slack_plant(slack, folder, **settings):
    """A plant with one worker and the Slack bot, both ready and connected to `slack`."""
    with Plant(folder, **slack.env, **settings) as plant:
        worker, bot = plant.run("worker"), plant.run("bot", "slack")
        worker.ready()
        bot.ready()
        slack.wait_socket()
        yield plant


def answer_row(ledger, message, channel):
    """The ledger's answer that a message shows; the worker notes it a moment after Slack has it."""
    post = wait_until(lambda: ledger.answers.post_at(channel, message["ts"]), 10, "the post to be noted")
    return ledger.answers.get(post.answer_id)


def request_of(ledger, message, channel):
    """What the computing workers were asked for a message's answer."""
    return ledger.runs.get(answer_row(ledger, message, channel).run_id).request


def unfaulted(slack):
    """Calls that Slack refused though no fault was planned for them.

    A picture that Slack still processes is refused in a message as invalid_blocks; Andon tries that again.
    """
    return [
        (c.method, c.error, str(c.args)[:200]) for c in slack.calls
        if c.error and not c.fault and "file is still being processed" not in str(c.reply)
    ]  # fmt: skip

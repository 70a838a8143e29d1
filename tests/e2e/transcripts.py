"""Whole conversations as people see them, written to docs/transcripts with their pictures.

python -m tests.e2e.transcripts [slack] [telegram] [--out docs/transcripts]

The real bots, worker and Redis talk to the strict platforms; what stands in the pages is what these stored.
"""

import argparse
import tempfile
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.phone import Phone
from tests.e2e.plant import ROOT, Plant
from tests.e2e.strict_slack import SlackServer

SAMPLE = ROOT / "workers/simulator/samples/strand2_night.csv.gz"
REACTIONS = {"Copy", "复制"}


class Page:
    """A Markdown page of a conversation."""

    def __init__(self, title, out):
        self.out, self.lines = out, [f"# {title}", ""]
        self.lines += [
            "Made by `python -m tests.e2e.transcripts`: the real bot, worker and Redis against the strict local",
            "platform of `tests/e2e`. Buttons stand in brackets, pictures as the platform stored them.",
            "",
        ]
        self.pictures = 0

    def heading(self, text):
        self.lines += [f"## {text}", ""]

    def act(self, text):
        self.lines += [f"*{text}*", ""]

    def say(self, who, text, buttons=(), note=""):
        quoted = "\n".join(f"> {line}  " if line else ">" for line in text.splitlines())
        self.lines += [f"**{who}**{note}", "", quoted]
        self.lines += [">", "> " + " ".join(f"`[{label}]`" for label in buttons)] if buttons else []
        self.lines.append("")

    def picture(self, name, data, caption):
        self.pictures += 1
        path = self.out / "images" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.lines += [f"![{caption}](images/{name})", ""]

    def save(self, name):
        (self.out / name).write_text("\n".join(self.lines), encoding="utf-8")


def inline(node):
    """The text of a Block Kit text object or rich text, as a reader sees it."""
    if isinstance(node, list):
        return "".join(inline(each) for each in node)
    if not isinstance(node, dict):
        return ""
    if isinstance(node.get("text"), str):
        return node["text"].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    if node.get("type") == "rich_text_section" or "elements" in node:
        end = "\n" if node.get("type") in ("rich_text_section", "rich_text_list", "rich_text_preformatted") else ""
        return inline(node.get("elements", [])) + end
    return inline(node.get("text"))


def slack_text(message):
    """The text of a message's blocks, one line a block."""
    blocks = [b for b in message.get("blocks", []) if b["type"] not in ("actions", "image", "divider")]
    lines = [inline(b).rstrip("\n") for b in blocks]
    return "\n".join(line for line in lines if line) or message.get("text", "")


def slack_buttons(message):
    """Labels of a message's buttons."""
    return [e["text"]["text"] for b in message.get("blocks", []) if b["type"] == "actions" for e in b["elements"]]


class SlackTalk:
    """A conversation on Slack, told as it goes."""

    def __init__(self, slack, out):
        self.slack, self.page, self.told = slack, Page("A conversation on Slack", out), set()

    def tell(self, channel, thread):
        """Whatever Andon said in the thread since the last time, once no progress is shown any more: the answer may
        stand there before the last edit of the message that announced it."""
        self.slack.wait_for(
            lambda: all(slack_buttons(m) != ["Stop"] for m in self.slack.from_bot(channel, thread)), 10, "the last edit"
        )
        for message in self.slack.from_bot(channel, thread):
            if message["ts"] in self.told:
                continue
            self.told.add(message["ts"])
            versions = [v.message for v in self.slack.history(channel, message["ts"]) if v.message]
            first = versions[0]
            if slack_buttons(first) == ["Stop"]:
                self.page.say("Andon", slack_text(first), slack_buttons(first), " (at once)")
                between = [slack_text(v) for v in versions[1:-1]]
                if between:
                    self.page.say("Andon", between[-1], ["Stop"], " (the same message, edited while it works)")
                self.page.say("Andon", slack_text(message), slack_buttons(message), " (the same message, in the end)")
                continue
            self.page.say("Andon", slack_text(message), slack_buttons(message))
            for number, block in enumerate(b for b in message.get("blocks", []) if b["type"] == "image"):
                file = block["slack_file"]["id"]
                name = f"slack-{len(self.told)}-{number + 1}.png"
                self.page.picture(name, self.slack.file_content(file), block["alt_text"])
            for file in message.get("files", []):
                self.page.act(f"file: {file['name']}")

    def answered(self, channel, thread, count=1):
        def answers():
            return [m for m in self.slack.from_bot(channel, thread) if REACTIONS & set(slack_buttons(m))]

        self.slack.wait_for(lambda: len(answers()) >= count, 120, f"{count} answers")
        return answers()[-1]


@contextmanager
def plant_of(bot, **environment):
    """A worker and one bot, ready."""
    with tempfile.TemporaryDirectory() as folder, Plant(folder, **environment) as plant:
        plant.run("worker").ready()
        plant.run("bot", bot).ready()
        yield plant


def slack_page(out):
    """A night on Slack."""
    with SlackServer() as slack, plant_of("slack", **slack.env, ANDON_KEEPERS="U0LI") as plant:
        slack.wait_socket()
        talk = SlackTalk(slack, out)
        page = talk.page
        page.heading("A file in a channel")
        text = "level is jumping on strand 2, why?"
        page.say("Anna", f"@Andon {text}\n[strand2_night.csv.gz]")
        data = SAMPLE.read_bytes()
        ts = slack.say("C0STRAND", "U0ANNA", text, files=[(SAMPLE.name, data)], mention=True)
        answer = talk.answered("C0STRAND", ts)

        def drawn():
            return [b for b in slack.message("C0STRAND", answer["ts"])["blocks"] if b["type"] == "image"]

        slack.wait_for(drawn, 60, "pictures")
        slack.wait_quiet()
        talk.tell("C0STRAND", ts)
        page.heading("More")
        slack.click("C0STRAND", "U0ANNA", answer["ts"], "more")
        view = slack.wait_for(lambda: next(iter(slack.views), None), 30, "the sheet")
        page.act("Anna presses More; a sheet opens:")
        page.say("Andon", "\n".join(filter(None, (inline(b).rstrip() for b in view["blocks"]))))
        slack.close("U0ANNA", view["id"])
        page.heading("A follow-up in the thread, without mention or file")
        follow = "plot stopper_position and mould_level from 02:00 to 04:00"
        page.say("Anna", follow)
        slack.say("C0STRAND", "U0ANNA", follow, thread_ts=ts)
        talk.answered("C0STRAND", ts, 2)
        slack.wait_quiet(30)
        talk.tell("C0STRAND", ts)
        page.heading("Disagree")
        slack.click("C0STRAND", "U0ANNA", answer["ts"], "disagree")
        view = slack.wait_for(lambda: next(iter(slack.views), None), 30, "the form")
        page.act("Anna presses Disagree; a form opens and she sends: “SEN was misaligned after the 02:00 change”, "
                 "“we saw it at the change”")  # fmt: skip
        slack.submit("U0ANNA", view["id"], {"right": "SEN was misaligned after the 02:00 change",
                                            "reason": "we saw it at the change"})  # fmt: skip
        slack.wait_for(lambda: [m for m in slack.from_bot("C0STRAND", ts) if "misaligned" in slack_text(m)], 30)
        talk.tell("C0STRAND", ts)
        slack.wait_for(lambda: "FB-" in plant.command("kb", "review").stdout, 60, "the candidate")
        page.heading("The keeper, in a direct message")
        chat = slack.dm("U0LI")
        page.say("Li", "kb review")
        first = slack.say(chat, "U0LI", "kb review")
        slack.wait_for(
            lambda: [m for m in slack.from_bot(chat) + slack.from_bot(chat, first) if "FB-" in slack_text(m)], 60
        )
        for message in slack.from_bot(chat, first) or slack.from_bot(chat):
            page.say("Andon", slack_text(message), slack_buttons(message))
        page.heading("When something is wrong")
        page.say("Anna", "@Andon what about this?\n[photo.jpg]")
        photo = ("photo.jpg", b"\xff\xd8\xff\xe0" + b"0" * 400)
        ts = slack.say("C0STRAND", "U0ANNA", "what about this?", files=[photo], mention=True)
        talk.answered("C0STRAND", ts)
        slack.wait_quiet(20)
        talk.tell("C0STRAND", ts)
        page.save("slack.md")


class TelegramTalk:
    """A conversation on Telegram, told as it goes."""

    def __init__(self, phone, out):
        self.phone, self.page, self.told = phone, Page("A conversation on Telegram", out), set()

    def tell(self, chat):
        """Whatever Andon said since the last time."""
        for message in self.phone.bot_messages(chat):
            if message.id in self.told:
                continue
            self.told.add(message.id)
            versions = self.phone.edits(chat, message.id)
            if len(versions) > 1:
                first = [b.get("text") for row in (versions[0].keyboard or {}).get("inline_keyboard", []) for b in row]
                self.page.say("Andon", versions[0].text, first, " (at once)")
                if len(versions) > 2:
                    self.page.say("Andon", versions[-2].text, first, " (the same message, edited while it works)")
            if message.photo:
                self.page.picture(f"telegram-{message.id}.png", message.photo.data, message.text or "chart")
            elif message.document:
                self.page.act(f"document: {message.document.name}")
            else:
                note = " (the same message, in the end)" if len(versions) > 1 else ""
                self.page.say("Andon", message.text, message.buttons, note)


def telegram_page(out):
    """A night on Telegram, in Chinese, in a private chat."""
    with Phone() as phone, plant_of("telegram", **phone.environment):
        talk = TelegramTalk(phone, out)
        page, li = talk.page, phone.li
        page.heading("A file with a caption")
        page.say("李", "2号流液位波动，是什么原因？\n[2号流夜班.csv.gz]")
        phone.send_file(li, li, "2号流夜班.csv.gz", SAMPLE.read_bytes(), caption="2号流液位波动，是什么原因？")
        answer = phone.answered(li, seconds=120)
        phone.wait_for(lambda: [m for m in phone.bot_messages(li) if m.document], 60, "documents")
        settle(phone, li)
        talk.tell(li)
        page.heading("不同意")
        phone.press(li, li, answer, "不同意")
        asked = phone.said(li, "回复", after=answer.id)
        talk.tell(li)
        page.say("李", "更换后浸入式水口偏斜", note="（回复）")
        phone.say(li, li, "更换后浸入式水口偏斜", reply_to=asked)
        phone.said(li, "候选", after=asked.id)
        talk.tell(li)
        page.heading("引用")
        phone.press(li, li, answer, "引用")
        asked = phone.said(li, "#A", after=asked.id)
        talk.tell(li)
        page.say("李", "塞棒结瘤有哪些征兆？", note="（回复）")
        phone.say(li, li, "塞棒结瘤有哪些征兆？", reply_to=asked)
        phone.answered(li, 2)
        settle(phone, li)
        talk.tell(li)
        page.heading("停止")
        page.say("李", "再分析一次这个文件\n[2号流夜班.csv.gz]")
        sent = phone.send_file(li, li, "2号流夜班.csv.gz", SAMPLE.read_bytes(), caption="再分析一次")
        phone.wait_for(lambda: [m for m in phone.bot_messages(li) if m.id > sent.id], 20, "progress")
        page.say("李", "停止")
        phone.say(li, li, "停止")
        phone.said(li, "已由", after=sent.id)
        talk.tell(li)
        page.save("telegram.md")


def settle(phone, chat):
    """Wait until nothing new came for a while."""
    import time

    count = -1
    while count != len(phone.bot_messages(chat)):
        count = len(phone.bot_messages(chat))
        time.sleep(4)


def main():
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", default=["slack", "telegram"])
    parser.add_argument("--out", default=str(ROOT / "docs/transcripts"))
    args = parser.parse_args()
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    for page in args.pages:
        {"slack": slack_page, "telegram": telegram_page}[page](out)


if __name__ == "__main__":
    main()

"""Workers that die, for tests: at every commit of the ledger and of the knowledge base, at all that a platform took and
that was stored, in turn. Another worker takes the job up; what there is in the end is held against a life without
deaths."""

import itertools
import json
import re
import shutil
from contextlib import closing, contextmanager, suppress

from sqlalchemy import delete, select

from bot.conversation import outlets
from bot.outlet import Sent
from kb.stores.embedded.store import EmbeddedStore
from tests.services import hurry
from workers.knowledge.opening import open_knowledge
from workers.office import open_office
from workers.queues.inbox import job_of
from workers.queues.local import MuteQueue
from workers.queues.work import carry_out
from workers.state.models import Answer, Click, Feedback, File, Job, Lease, Post, Question, Run, Subscription, now
from workers.state.table import Subject

SOON_S = 120  # a job that is due later than this is none of this talk
ROUNDS = 80


class Died(BaseException):
    """kill -9."""


class Fate:
    """Counts what could be the last thing that a worker does, and makes number `at` the last; 0: none."""

    def __init__(self):
        self.at, self.count, self.awake = 0, 0, False

    def tick(self):
        """Something is done that outlives the process."""
        if self.awake:
            self.count += 1
            if self.count == self.at:
                self.awake = False
                raise Died


FATE = Fate()


class Platform:
    """A chat platform that keeps what it was given. As Slack does, it looks for a post that may have got through."""

    platform, own_pictures, looks = "slack", True, True

    def __init__(self, _settings):
        self.messages, self.whispers, self.attachments = {}, [], []
        self._next = itertools.count(1)

    def post(self, place, reply, key, *, again=False):
        known = [id_ for id_, message in self.messages.items() if key and message["key"] == key]
        if not (known and again and self.looks):
            known = [f"m{next(self._next)}"]
            self.messages[known[0]] = {"key": key, "text": reply.plain, "rows": labels(reply), "pictures": []}
        FATE.tick()
        return Sent(channel=place.channel, message=known[0])

    def edit(self, sent, reply, pictures=()):
        if sent.message in self.messages:
            self.messages[sent.message] |= {"text": reply.plain, "rows": labels(reply), "pictures": list(pictures)}
        FATE.tick()

    def show_pictures(self, place, sent, reply, pictures):
        names = [picture.name for picture in pictures]
        if self.own_pictures:
            self.edit(sent, reply, names)
        else:
            self.attach(place, sent, pictures)
        return names

    def attach(self, place, sent, files):
        self.attachments += [(sent.message, file.name) for file in files]
        FATE.tick()

    def whisper(self, place, reply, ticket=""):
        self.whispers.append((place.user, reply.plain))
        FATE.tick()

    def toast(self, ticket, text=""):
        FATE.tick()

    def open_form(self, place, form, ticket):
        return False

    open_sheet = open_form

    def working(self, place, text):
        pass

    def fetch(self, file, sink, limit):
        return sink.write(b"time;level\n1;2\n")

    def name_of(self, user):
        return user

    def open_between(self, there, here):
        return False

    def attached(self, place, sent, files):
        return all((sent.message, file.name) in self.attachments for file in files)


class Blind(Platform):
    """As Telegram: nothing can be looked for, the answer is an edit, pictures are messages of their own."""

    platform, own_pictures, looks, attached = "telegram", False, False, None


def labels(reply):
    return [button.label for row in reply.rows for button in row]


def haunt(monkeypatch):
    """Let FATE see every commit, every change of the knowledge base, every file."""
    monkeypatch.setitem(outlets.OUTLETS, "slack", f"{__name__}:Platform")
    monkeypatch.setitem(outlets.OUTLETS, "telegram", f"{__name__}:Blind")
    real = Subject.writing

    @contextmanager
    def writing(self):
        with real(self) as session:
            yield session
        FATE.tick()

    monkeypatch.setattr(Subject, "writing", writing)
    for name in ("add", "set_status", "undo", "revise", "vote"):
        monkeypatch.setattr(EmbeddedStore, name, _ticking(getattr(EmbeddedStore, name)))


def _ticking(method):
    def ticking(*args, **more):
        came = method(*args, **more)
        FATE.tick()
        return came

    return ticking


class Life:
    """One talk in a plant of its own: a copy of what was there before it."""

    def __init__(self, settings, before=None):
        if before is not None:
            shutil.copytree(before, settings.data_dir, dirs_exist_ok=True)
        self.office = open_office(settings, MuteQueue())
        self.office.gate.take = lambda *_args: 0.0
        self.office.gate.hold = lambda *_args: None
        self.office.store.write_bytes = _ticking(self.office.store.write_bytes)
        outlets.outlet_for.cache_clear()
        self.deaths = 0

    def outlet(self, platform="slack"):
        return outlets.outlet_for(platform, self.office.settings)

    def live(self, script, at=0):
        """Play a script: each line gives an event or adds a job; all that follows is done before the next one. Death
        comes at boundary number `at`. Gives how many boundaries there were."""
        FATE.at, FATE.count = at, 0
        for line in script:
            told = line(self.office)
            if told is not None:
                event = told.model_dump(mode="json", exclude_defaults=True)
                self.office.inbox.put([event])
                self.work(job_of(event)[0])
            self.work_off()
        assert (at > FATE.count) or self.deaths == (at > 0)
        return FATE.count

    def work_off(self):
        """Do what waits until nothing does."""
        for _ in range(ROUNDS):
            due = self.waiting()
            if not due:
                return
            for key in due:
                self.work(key)
        raise AssertionError(f"these never end: {due}")

    def waiting(self):
        with self.office.ledger.jobs.reading() as session:
            found = session.scalars(select(Job).where(Job.state == "waiting").order_by(Job.created, Job.key))
            return [job.key for job in found if (job.due - now()).total_seconds() < SOON_S]

    def work(self, key):
        """Let a worker do a job; when it dies another one takes it up, long after."""
        hurry(self.office.ledger.jobs, key)
        FATE.awake = FATE.at > FATE.count
        if FATE.at == 0:
            FATE.awake = True
        try:
            carry_out(self.office, key)
        except Died:
            self.deaths += 1
            with self.office.ledger.jobs.writing() as session:
                session.get(Job, key).leased_until = None
                session.execute(delete(Lease))  # its process is gone, which everybody sees
        finally:
            FATE.awake = False

    def remains(self, platform="slack"):
        """What there is in the end, without what every life has of its own: times and tokens."""
        seen = self.outlet(platform)
        messages = sorted((m["key"], m["text"], m["rows"], m["pictures"]) for m in seen.messages.values())
        return {
            **self.rows(), "knowledge": self.knowledge(), "messages": unnamed(messages),
            "attached": sorted(name for _message, name in seen.attachments), "whispers": sorted(set(seen.whispers)),
        }  # fmt: skip

    def rows(self):
        wanted = {
            Question: ("key", "user", "text", "state", "about_id"), Run: ("question_id", "number", "state"),
            File: ("platform_id", "trouble"), Answer: ("question_id", "headline", "verdict"),
            Post: ("key", "kind", "state"), Feedback: ("user", "aspect", "verdict", "right", "candidate"),
            Click: ("user", "action", "times"), Subscription: ("clock",), Job: ("key", "state"),
        }  # fmt: skip
        with self.office.ledger.jobs.reading() as session:
            return {
                table.__tablename__: unnamed(sorted([getattr(row, name) for name in names]
                                                    for row in session.scalars(select(table))))
                for table, names in wanted.items()
            }  # fmt: skip

    def knowledge(self):
        if not (self.office.settings.data_dir / "knowledge.sqlite").exists() and not list(
            self.office.settings.data_dir.glob("knowledge*")
        ):
            return []
        with closing(open_knowledge(self.office.settings)) as store:
            return [
                (p.id, p.text, p.status, [(c.action, c.after.status) for c in store.history(p.id)],
                 sorted((v.passage, v.right, v.by) for v in store.votes([p.id])))
                for p in store.list()
            ]  # fmt: skip

    def end(self):
        self.office.close()
        with suppress(OSError):
            shutil.rmtree(self.office.settings.data_dir)


def unnamed(rows):
    """Rows without the moments and hashes in keys and words."""
    return json.loads(re.sub(r"(learn:\d+):[\d.]+|(gather:\d+:\d+):\d+:\w+|\d{4}-\d\d-\d\d \d\d:\d\d", r"\1\2",
                             json.dumps(rows)))  # fmt: skip

"""Life cycle: the server lives in a thread with its own event loop; tests call its methods from theirs."""

import asyncio
import threading
from collections.abc import Callable, Coroutine

from aiohttp import web

from tests.e2e.strict_telegram import limits
from tests.e2e.strict_telegram.dispatch import Dispatch
from tests.e2e.strict_telegram.faults import Fault, Faults
from tests.e2e.strict_telegram.pace import Pace
from tests.e2e.strict_telegram.places import Places
from tests.e2e.strict_telegram.state import State
from tests.e2e.strict_telegram.updates import Updates
from tests.e2e.strict_telegram.webhook import Webhook
from tests.e2e.strict_telegram.world import User, World

TOKEN = "7000000001:AAE_strict-local-telegram-for-tests"


class TelegramServer(Places):
    """A strict Telegram on 127.0.0.1. Use it as a context manager, or start() and stop().

    People and chats at hand: `li` (zh-hans), `anna` (en), `group` (basic, privacy mode), `forum` (supergroup with the
    topics `topics["Strand 1"]` and `topics["Strand 2"]`).
    """

    def __init__(
        self,
        port: int = 0,
        token: str = TOKEN,
        username: str = "andon_bot",
        name: str = "Andon",
        privacy: bool = True,
        host: str = "127.0.0.1",
    ):
        self.host, self.port, self.token = host, port, token
        bot = User(int(token.partition(":")[0]), name, username, is_bot=True)
        world, updates = World(bot, privacy), Updates()
        self.webhook = Webhook(updates, world.lock, lambda method, args: self.dispatch.carry_out(method, args))
        self.state = State(world, updates, self.webhook)
        self.faults = Faults()
        self.dispatch = Dispatch(token, self.state, self.faults)
        self.bot = bot
        self._populate()
        updates.wake = self._wake
        self._loop = asyncio.new_event_loop()
        self._hook_news = asyncio.Event()
        self._thread: threading.Thread | None = None
        self._runner: web.AppRunner | None = None
        self._pusher: asyncio.Task | None = None

    def _populate(self) -> None:
        self.li = self.add_user("Li", "zh-hans", "li_casting")
        self.anna = self.add_user("Anna", "en", "anna_shift")
        self.group = self.add_group("Caster crew", [self.anna, self.li])
        self.forum = self.add_supergroup("Steel plant", [self.anna, self.li], forum=True)
        self.topics = {name: self.add_topic(self.forum, self.anna, name) for name in ("Strand 1", "Strand 2")}
        self.state.updates.forget()

    @property
    def url(self) -> str:
        """The root before /bot<token> and /file/bot<token>."""
        return f"http://{self.host}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What Andon needs to find this server."""
        return {"TELEGRAM_API_URL": self.url, "TELEGRAM_BOT_TOKEN": self.token}

    @property
    def pace(self) -> Pace | None:
        """Flood control; None (the start) is off. Set True for the published rates or a Pace of your own."""
        return self.state.pace

    @pace.setter
    def pace(self, value: Pace | bool | None) -> None:
        with self.state.world.lock:
            self.state.pace = Pace() if value is True else value or None

    def start(self) -> "TelegramServer":
        """Listens; on a free port when none was given."""
        self._thread = threading.Thread(target=self._loop.run_forever, name="strict-telegram", daemon=True)
        self._thread.start()
        self._do(self._open())
        return self

    def stop(self) -> None:
        """Closes everything and ends the thread."""
        if self._thread is None:
            return
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._thread = None
        self._loop.close()

    def __enter__(self) -> "TelegramServer":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def fault(
        self, method: str, kind: str, times: int = 1, where: Callable[[dict], bool] | None = None, **options: object
    ) -> Fault:
        """Spoils the next `times` calls of a method ("*": any; "download": files) that `where(args)` accepts.

        Kinds: rate (retry_after=1), error (status=500, html=False), telegram_error (code=400, description, parameters),
        cut_before, cut_after (done, but the reply is lost; a download stops half way), slow (seconds=1.0).
        """
        with self.state.world.lock:
            return self.faults.add(method, kind, times, where, options)

    def chaos(
        self,
        probabilities: dict[str, float] | None,
        seed: int = 0,
        spare: tuple[str, ...] = (),
        **options: object,
    ) -> None:
        """From now on every call draws a fault: kind -> probability; None ends it. `spare`: methods left alone."""
        with self.state.world.lock:
            self.faults.by_chance(probabilities, seed, spare, options)

    def outage(self, seconds: float | None = None) -> None:
        """Stops listening and cuts every connection; back on the same port after `seconds` (None: when `resume` says).
        Webhooks rest meanwhile. Returns at once."""
        self._do(self._close())
        if seconds is not None:
            self._loop.call_soon_threadsafe(self._loop.call_later, seconds, self._reopen)

    def resume(self) -> None:
        """Ends an outage."""
        self._do(self._open())

    def clear(self) -> None:
        """Forgets calls, faults, pending updates and confirmations; people, chats and messages stay."""
        with self.state.world.lock:
            self.dispatch.calls.clear()
            self.faults.waiting.clear()
            self.faults.by_chance(None, 0, (), {})
            self.state.updates.forget()
            self.state.updates.confirmations.clear()

    def _do(self, work: Coroutine) -> object:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _wake(self) -> None:
        if self._thread is not None:
            self._loop.call_soon_threadsafe(self._ring)

    def _ring(self) -> None:
        self.dispatch.news.set()
        self._hook_news.set()

    def _reopen(self) -> None:
        self._opening = self._loop.create_task(self._open())

    async def _open(self) -> None:
        if self._runner is not None:
            return
        app = web.Application(client_max_size=limits.REQUEST_BYTES)
        app.router.add_route("*", "/{path:.*}", self.dispatch.handle)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.05)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, self.port, backlog=512).start()
        self.port = self._runner.addresses[0][1]  # the one that was free, kept over outages
        self.webhook.paused = False
        if self._pusher is None:
            self._pusher = self._loop.create_task(self.webhook.run(self._hook_news))
        self._ring()

    async def _close(self) -> None:
        self.webhook.paused = True
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _end(self) -> None:
        await self._close()
        if self._pusher is not None:
            self._pusher.cancel()
            await asyncio.gather(self._pusher, return_exceptions=True)

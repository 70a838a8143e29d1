"""The chat process as a process: light, quiet, and gone cleanly on SIGTERM."""

import os
import signal
import subprocess
import sys
import time

PROGRAM = """
import asyncio, logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
from bot.slack.app import serve
from workers.settings import Settings

async def take(incoming):
    print("taken", incoming.event_id, flush=True)

asyncio.run(serve(Settings(), take))
print([m for m in ("pandas", "torch", "sklearn", "matplotlib", "numpy") if m in sys.modules], flush=True)
"""


def test_it_is_light_and_leaves_on_sigterm(slack, tmp_path):
    log = (tmp_path / "log").open("w+")
    env = {**os.environ, **slack.env}
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], env=env, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        until(lambda: slack.open_sockets == 1)
        slack.say(slack.dm("U0ANNA"), "U0ANNA", "topsecret words")
        assert process.stdout.readline().startswith("taken slack:T0PLANT:D0ANNA:")
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        assert process.stdout.read().strip() == "[]"
        until(lambda: slack.open_sockets == 0)
    finally:
        process.kill()
    log.seek(0)
    said = log.read()
    assert "ready: Slack, Socket Mode, as andon in Plant" in said
    for secret in ("topsecret", slack.bot_token, slack.app_token):  # not at debug level either
        assert secret not in said


def until(condition):
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)

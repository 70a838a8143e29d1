"""`python -m tests.e2e.strict_slack --port 8900`: the strict Slack standing alone, until interrupted.

Prints the environment for Andon. With --target the events go to that URL (HTTP mode). Lines typed here are said by
Anna in C0STRAND with a mention, so that a bot can be tried by hand; the bot's messages are printed.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading
import time

from tests.e2e.strict_slack.server import SlackServer


def listen(server: SlackServer) -> None:
    """Say what is typed."""
    for line in sys.stdin:
        if line.strip():
            server.say("C0STRAND", "U0ANNA", line.strip(), mention=True)


def main(argv: list[str] | None = None) -> int:
    """Run until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.strict_slack", description=__doc__)
    parser.add_argument("--port", type=int, default=8900)
    parser.add_argument("--target", help="HTTP mode: the app's URL, e.g. http://127.0.0.1:3000/slack/events")
    given = parser.parse_args(argv)
    with SlackServer(given.port) as server, contextlib.suppress(KeyboardInterrupt):
        server.http_target = given.target
        for name, value in server.env.items():
            print(f"export {name}={value}", flush=True)
        threading.Thread(target=listen, args=(server,), daemon=True).start()
        seen: dict[tuple[str, str], str] = {}
        while True:
            for channel in list(server.world.channels):
                for message in server.from_bot(channel):
                    if seen.get((channel, message["ts"])) != message.get("text", ""):
                        seen[channel, message["ts"]] = message.get("text", "")
                        print(f"[{channel} {message['ts']}] {message.get('text', '')}", flush=True)
            time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())

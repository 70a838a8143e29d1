"""python -m tests.e2e.strict_telegram --port 8081: the server alone, with a small prompt to act as a person."""

import argparse
import sys
import time

from tests.e2e.strict_telegram.server import TOKEN, TelegramServer

HELP = "lines on stdin are said by Anna in private; `tap N TEXT` presses a button of message N; `show` lists the chat"


def main() -> None:
    """Starts the server, prints the environment for Andon and serves until end of input or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.strict_telegram", description=__doc__, epilog=HELP)
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--pace", action="store_true", help="answer 429 to those who send too fast")
    given = parser.parse_args()
    with TelegramServer(port=given.port, token=given.token) as telegram:
        telegram.pace = given.pace
        for name, value in telegram.environment.items():
            print(f"export {name}={value}", flush=True)
        try:
            for line in sys.stdin:
                _act(telegram, line.strip())
            while True:  # no terminal: serve until a signal comes
                time.sleep(3600)
        except KeyboardInterrupt:
            return


def _act(telegram: TelegramServer, line: str) -> None:
    try:
        if line == "show":
            for message in telegram.messages(telegram.anna):
                name = message.file.name if message.file else ""
                print(f"{message.id} {message.sender.first_name}: {message.text} {name} {message.buttons or ''}")
        elif line.startswith("tap "):
            _, number, button = line.split(" ", 2)
            telegram.tap(telegram.anna, telegram.anna, int(number), button)
        elif line:
            telegram.say(telegram.anna, telegram.anna, line)
    except (AssertionError, ValueError) as problem:
        print(problem, file=sys.stderr)


if __name__ == "__main__":
    main()

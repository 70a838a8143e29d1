"""What the server does with one request: a step is a function (exchange) that answers it, or leaves it unanswered.

with llm_server(ok({"answer": 1}), error(429, headers={"Retry-After": "1"}), ok("hello")) as server: ...
"""

import json
import time

LONGEST = 30.0  # seconds that a step goes on when nobody ends the server


def ok(content="", **about):
    """A reply: text, or a dict as JSON. `about`: finish, usage (None: missing), model, reasoning, pieces (of a stream).

    Streamed when the request asks for it; the usage then comes only if it asks for that too, as in the real API.
    """
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return lambda exchange: exchange.reply({"content": text}, **about)


def refusal(words="I can't help with that."):
    """A refusal by the model."""
    return lambda exchange: exchange.reply({"content": None, "refusal": words})


def tool_call(name="answer", arguments="{}"):
    """A call of a tool instead of content."""
    call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": arguments}}
    return lambda exchange: exchange.reply({"content": None, "tool_calls": [call]}, finish="tool_calls")


def error(status, message="The server had an error", *, code=None, param=None, kind="server_error", headers=None):
    """An error as the real API says it."""
    body = {"error": {"message": message, "type": kind, "param": param, "code": code}}
    return lambda exchange: exchange.send(status, json.dumps(body).encode(), headers or {})


def raw(body, content_type="application/json", status=200, headers=None):
    """Any bytes."""
    data = body if isinstance(body, bytes) else body.encode()
    return lambda exchange: exchange.send(status, data, {"Content-Type": content_type, **(headers or {})})


def broken():
    """JSON that isn't: single quotes, as models write it."""
    return ok("{'answer': 1}")


def slow(seconds, then):
    """`then`, after some seconds without a byte."""

    def step(exchange):
        exchange.sleep(seconds)
        then(exchange)

    return step


def silent():
    """No answer at all; the connection stays open."""
    return lambda exchange: exchange.sleep(LONGEST)


def drip(content="a", pause=0.1, headers=False):
    """A byte now and then, for ever: of the body, or of the headers."""

    def step(exchange):
        start = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Slow: "
        exchange.write(start if headers else start + b"1\r\n\r\n" + b'{"choices": "')
        end = time.monotonic() + LONGEST
        while time.monotonic() < end and not exchange.server.ended.wait(pause):
            exchange.write(content.encode())
        exchange.close()

    return step


def stalled(content="Half of", pause=LONGEST):
    """A stream that begins and then says nothing more."""

    def step(exchange):
        exchange.start_stream()
        exchange.event({"delta": {"role": "assistant", "content": content}})
        exchange.sleep(pause)
        exchange.close()

    return step


def cut(content="Half of"):
    """The connection ends in the middle: of a stream, or of a document."""

    def step(exchange):
        if exchange.body.get("stream"):
            exchange.start_stream()
            exchange.event({"delta": {"role": "assistant", "content": content}})
        else:
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n"
            exchange.write(head + b'{"choices": [{"message": {"content": "' + content.encode())
        exchange.close()

    return step


def without(*parts, content="fine"):
    """A reply that lacks "done" ([DONE]), "finish" (finish_reason), "usage" or "choices"."""
    return lambda exchange: exchange.reply({"content": content}, lacking=parts)


def huge(megabytes):
    """So much text."""

    def step(exchange):
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
        exchange.write(head + b'{"choices": [{"message": {"content": "')
        for _ in range(megabytes):
            exchange.write(b"a" * 2**20)
        exchange.close()

    return step

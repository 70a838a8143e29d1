"""The server: real HTTP/1.1, strict about requests, scripted or played, with a record of what reached it."""

import json
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.llm_server.conforming import conformed
from tests.llm_server.steps import error, ok
from tests.llm_server.validating import RefusedError, validate

KEY = "sk-test-7Qx"


class LlmServer:
    """See `llm_server`. `requests` are the bodies of POST /chat/completions that reached it, refused ones too;
    `headers` theirs; `texts` all the words in them: what left this machine."""

    def __init__(self, steps=(), player=None, *, key=KEY, models=("test-model",), listed=True,
                 formats=("json_schema", "json_object"), tokens=("max_tokens", "max_completion_tokens"),
                 temperature=True, stream_options=True, system=True, context=None, context_said=True,
                 conform=False):  # fmt: skip
        self.steps, self.player, self.key, self.models, self.listed = list(steps), player, key, models, listed
        self.formats, self.tokens = formats, tokens
        self.context, self.context_said, self.conform = context, context_said, conform
        self.takes = {"temperature": temperature, "stream_options": stream_options, "system": system}
        self.requests, self.headers, self.faults = [], [], []
        self.lock, self.ended = threading.Lock(), threading.Event()
        self.url = ""

    @property
    def texts(self):
        """Every message that was sent, in order."""
        return [m["content"] for body in self.requests for m in body["messages"]]

    def refuses(self, body):
        """The error by which an endpoint with fewer abilities refuses a valid request; None when it takes it."""
        form = body.get("response_format", {}).get("type", "text")
        if form != "text" and form not in self.formats:
            return error(400, f"response_format type {form} is unavailable now", param="response_format.type")
        for name in ("max_tokens", "max_completion_tokens"):
            if name in body and name not in self.tokens:
                told = (
                    f"Unsupported parameter: '{name}' is not supported with this model. Use '{self.tokens[0]}' instead."
                )
                return error(400, told, param=name, code="unsupported_parameter")
        if "temperature" in body and not self.takes["temperature"]:
            told = "Unsupported value: 'temperature' does not support 0 with this model."
            return error(400, told, param="temperature", code="unsupported_value")
        if "stream_options" in body and not self.takes["stream_options"]:
            return error(400, "Unrecognized request argument supplied: stream_options")
        if not self.takes["system"] and any(m["role"] == "system" for m in body["messages"]):
            return error(400, "System role not supported")
        if body["model"] not in self.models:
            told = f"The model `{body['model']}` does not exist or you do not have access to it."
            return error(404, told, code="model_not_found", kind="invalid_request_error")
        return self._too_long(body)

    def _too_long(self, body):
        """The error of an endpoint whose `context` (tokens of prompt and reply) is too small. Tokens are counted as a
        small model's tokenizer does: 3.2 characters of ASCII each, 1.3 for each other character."""
        text = "".join(m["content"] for m in body["messages"])
        plain = sum(c.isascii() for c in text)
        prompt = round(plain / 3.2 + (len(text) - plain) * 1.3)
        reply = body.get("max_tokens") or body.get("max_completion_tokens") or 0
        if self.context is None or prompt + reply <= self.context:
            return None
        told = "This request is longer than the context length of the model."
        if self.context_said:
            told = (f"This model's maximum context length is {self.context} tokens. However, you requested "
                    f"{prompt + reply} tokens ({prompt} in the messages, {reply} in the completion). Please reduce the "
                    "length of the messages or completion.")  # fmt: skip
        return error(400, told, param="messages", code="context_length_exceeded", kind="invalid_request_error")

    def next_step(self, body):
        """What to do with a valid request that the endpoint takes."""
        if self.player is not None:
            answer = self.player(body)
            form = body.get("response_format", {}).get("json_schema", {})
            if self.conform and form.get("strict") and isinstance(answer, dict):
                try:
                    answer = conformed(answer, form["schema"])
                except AssertionError as impossible:
                    self.faults.append(f"the schema forbids what the model says: {impossible}")
            return answer if callable(answer) else ok(answer)
        with self.lock:
            if self.steps:
                return self.steps.pop(0)
        self.faults.append("a request that the script does not expect")
        return error(400, "unexpected request", kind="invalid_request_error")


class Exchange:
    """One request and the means to answer it."""

    def __init__(self, handler, server, body):
        self.handler, self.server, self.body = handler, server, body

    def sleep(self, seconds):
        self.server.ended.wait(seconds)

    def write(self, data):
        self.handler.wfile.write(data)
        self.handler.wfile.flush()

    def close(self):
        self.handler.close_connection = True

    def send(self, status, data, headers):
        self.handler.send_response(status)
        for name, value in ({"Content-Type": "application/json"} | headers).items():
            self.handler.send_header(name, value)
        self.handler.send_header("Content-Length", str(len(data)))
        self.handler.end_headers()
        self.write(data)

    def start_stream(self):
        self.handler.send_response(200)
        self.handler.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.handler.send_header("Transfer-Encoding", "chunked")
        self.handler.end_headers()

    def line(self, text):
        data = f"{text}\n\n".encode()
        self.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def event(self, choice=None, **more):
        choices = [] if choice is None else [{"index": 0, "finish_reason": None} | choice]
        frame = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": self.body["model"]}
        self.line("data: " + json.dumps(frame | {"choices": choices} | more, ensure_ascii=False))

    def reply(self, message, finish="stop", usage=(11, 7), model=None, reasoning=None, pieces=3, lacking=()):
        counts = None
        if usage is not None and "usage" not in lacking:
            counts = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
        if self.body.get("stream"):
            return self._streamed(message, finish, counts, reasoning, pieces, lacking)
        message = {"role": "assistant"} | message | ({"reasoning_content": reasoning} if reasoning else {})
        choice = {"index": 0, "message": message, "finish_reason": None if "finish" in lacking else finish}
        document = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": model or self.body["model"],
                    "choices": [] if "choices" in lacking else [choice]}  # fmt: skip
        document |= {"usage": counts} if counts else {}
        return self.send(200, json.dumps(document, ensure_ascii=False).encode(), {})

    def _streamed(self, message, finish, counts, reasoning, pieces, lacking):
        self.start_stream()
        self.event({"delta": {"role": "assistant", "content": None}})
        self.line(": still at it")  # a comment, as proxies send it
        self.event()  # no choices, as some send it for their filters
        if reasoning:
            self.event({"delta": {"reasoning_content": reasoning}})
        text = message.get("content") or ""
        size = max(len(text) // pieces, 1)
        for at in range(0, len(text), size):
            self.event({"delta": {"content": text[at : at + size]}})
        for name in ("refusal", "tool_calls"):
            if message.get(name):
                self.event({"delta": {name: message[name]}})
        if "finish" not in lacking:
            self.event({"delta": {}, "finish_reason": finish})
        if counts and (self.body.get("stream_options") or {}).get("include_usage"):
            self.event(usage=counts)
        if "done" not in lacking:
            self.line("data: [DONE]")
        self.write(b"0\r\n\r\n")


def _handler(server):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            if self.path != "/v1/models" or not server.listed:
                return error(404, "Not Found")(Exchange(self, server, {}))
            if not self._admitted():
                return None
            data = [{"id": name, "object": "model", "created": 1, "owned_by": "test"} for name in server.models]
            return Exchange(self, server, {}).send(200, json.dumps({"object": "list", "data": data}).encode(), {})

        def do_POST(self):
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            exchange = Exchange(self, server, {})
            if self.path != "/v1/chat/completions":
                return error(404, f"Invalid URL (POST {self.path})", kind="invalid_request_error")(exchange)
            if not self._admitted():
                return None
            try:
                exchange.body = json.loads(raw)
                with server.lock:
                    server.requests.append(exchange.body)
                    server.headers.append(dict(self.headers))
                validate(exchange.body)
            except (RefusedError, ValueError) as refused:
                server.faults.append(f"refused: {refused}")
                told = {"param": getattr(refused, "param", None), "code": getattr(refused, "code", None)}
                return error(400, str(refused), kind="invalid_request_error", **told)(exchange)
            step = server.refuses(exchange.body) or server.next_step(exchange.body)
            return step(exchange)

        def _admitted(self):
            if server.key is None or self.headers.get("Authorization") == f"Bearer {server.key}":
                return True
            told = "Incorrect API key provided. You can find your API key in your account."
            error(401, told, code="invalid_api_key", kind="invalid_request_error")(Exchange(self, server, {}))
            return False

        def handle(self):
            with suppress(ConnectionError):  # whoever asked had enough
                super().handle()

        def log_message(self, *_args):
            pass

    return Handler


@contextmanager
def llm_server(*steps, player=None, **abilities):
    """A running server; `server.url` ends in /v1. Leaving it fails on an unexpected request, an unused step, and a
    request that the real API would refuse.

    Steps answer requests in their order (tests.llm_server.steps). A `player` answers them all instead: it is given the
    body and returns text, a dict, or a step. `abilities` are those of LlmServer: what the endpoint does not take is
    refused as real ones refuse it, without using a step. With `conform` a player's reply to a strict schema gets every
    property that it lacks, as an endpoint sends it that decodes by the schema.
    """
    server = LlmServer(steps, player, **abilities)
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
    http.daemon_threads = True
    http.request_queue_size = 64
    threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    server.url = f"http://127.0.0.1:{http.server_port}/v1"
    try:
        yield server
        assert not server.faults, server.faults
        assert not server.steps, f"{len(server.steps)} steps were not used"
    finally:
        server.ended.set()
        http.shutdown()
        http.server_close()
        time.sleep(0)

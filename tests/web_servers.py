"""Search engines for tests, on this machine: whatever a test answers, and strict ones written from documentation."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

MACHINE = {
    "title": "Espresso machines",
    "url": "https://example.org/a",
    "content": "A humming espresso machine points at K77.",
}
TAVILY = {"query", "max_results", "search_depth", "topic", "include_answer", "include_raw_content", "include_images"}
BRAVE = {"q", "count", "offset", "country", "search_lang", "ui_lang", "safesearch", "result_filter", "text_decorations"}


class Asked:
    """A request: method, path, query (name -> value), headers, body."""

    def __init__(self, handler):
        parts = urlsplit(handler.path)
        self.method, self.path, self.headers = handler.command, parts.path, handler.headers
        self.query = dict(parse_qsl(parts.query))
        self.body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))


@contextmanager
def serving(answer):
    """`answer(asked)` gives (status, body, headers); gives (address, the requests so far)."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked = Asked(self)
            seen.append(asked)
            status, body, headers = answer(asked)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            for piece in [body] if isinstance(body, bytes) else body:
                self.wfile.write(piece)

        do_POST = do_GET

        def handle(self):
            try:
                super().handle()
            except ConnectionError:  # whoever asked had enough
                return

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()


def answered(document, status=200):
    """A JSON answer."""
    return status, json.dumps(document).encode(), {"Content-Type": "application/json"}


def searxng(rows, silent=()):
    """SearXNG with the format json on: `rows` for every question. The languages are those of its own list."""

    def answer(asked):
        if asked.path != "/search" or asked.query.get("format") != "json":
            return 200, b"<!DOCTYPE html><html><body>SearXNG</body></html>", {"Content-Type": "text/html"}
        if asked.query["language"] not in ("all", "auto", "en", "zh", "zh-CN"):
            return answered({"error": "Invalid value for parameter language"}, 400)
        return answered({"query": asked.query["q"], "results": rows, "unresponsive_engines": list(silent)})

    return answer


def searxng_json_off(asked):
    """SearXNG as it is installed: flask.abort(403) for the format json."""
    page = b"<!doctype html>\n<html lang=en>\n<title>403 Forbidden</title>\n<h1>Forbidden</h1>\n"
    return 403, page, {"Content-Type": "text/html; charset=utf-8"}


def tavily(key, rows):
    """Tavily's POST /search: refuses what its documentation does not allow."""

    def answer(asked):
        if (asked.method, asked.path) != ("POST", "/search"):
            return answered({"detail": "Not Found"}, 404)
        if asked.headers.get("Authorization") != f"Bearer {key}":
            return answered({"detail": {"error": "Unauthorized: missing or invalid API key."}}, 401)
        given = json.loads(asked.body)
        fits = asked.headers.get("Content-Type") == "application/json" and set(given) <= TAVILY
        fits = fits and 0 < len(given["query"]) <= 400 and 0 <= given["max_results"] <= 20
        if not fits:
            return answered({"detail": {"error": "Invalid request"}}, 400)
        shown = [row | {"score": 0.9, "raw_content": None} for row in rows][: given["max_results"]]
        return answered({"query": given["query"], "answer": None, "images": [], "results": shown, "response_time": 0.2})

    return answer


def brave(key, rows):
    """Brave's GET /res/v1/web/search: refuses what its documentation does not allow; a wrong key is a 422 there."""

    def refused(code):
        return answered({"type": "ErrorResponse", "error": {"status": 422, "code": code}, "time": 1}, 422)

    def answer(asked):
        if (asked.method, asked.path) != ("GET", "/res/v1/web/search"):
            return answered({"type": "ErrorResponse"}, 404)
        if asked.headers.get("X-Subscription-Token") != key:
            return refused("SUBSCRIPTION_TOKEN_INVALID")
        q, fits = asked.query.get("q", ""), set(asked.query) <= BRAVE
        fits = fits and 0 < len(q) <= 400 and len(q.split()) <= 50 and 1 <= int(asked.query["count"]) <= 20
        if not fits or asked.query["search_lang"] not in ("en", "en-gb", "zh-hans", "zh-hant"):
            return refused("VALIDATION")
        shown = [{"title": r["title"], "url": r["url"], "description": r["content"], "page_age": r.get("page_age")}
                 for r in rows][: int(asked.query["count"])]  # fmt: skip
        return answered({"type": "search", "query": {"original": q}, "web": {"type": "search", "results": shown}})

    return answer

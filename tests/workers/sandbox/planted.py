"""What lies outside a room for the attempts to find: secrets in files, in the environment, in open descriptors; ears.

Also a program, for a run as another user: `python -m tests.workers.sandbox.planted` tries every way of that user and
prints one JSON document: {"uid": ..., "ways": [what `everything` gives]}.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from workers.errors import AndonError
from workers.sandbox import launching
from workers.sandbox.pool import Sandbox
from workers.sandbox.values import Job, Limits

ATTEMPTS = Path(__file__).with_name("attempts.py")
VARIABLE = "ANDON_PLANTED_SECRET"


@contextlib.contextmanager
def planted(free=False):
    """The context of the attempts, with everything in place while it lasts."""
    secret = secrets.token_hex(12)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "home/.ssh").mkdir(parents=True)
        for path in (folder / "planted", folder / "home/.ssh/id_ed25519", folder / "settings.env"):
            path.write_text(secret)
            path.chmod(0o666)
        for path in (folder, folder / "home", folder / "home/.ssh"):
            path.chmod(0o777)  # any user may: walls must stop the room, not rights
        inherited = os.open(folder / "planted", os.O_RDONLY)
        stack.callback(os.close, inherited)
        os.set_inheritable(inherited, True)
        os.environ[VARIABLE] = secret
        stack.callback(os.environ.pop, VARIABLE)
        tcp, udp, unix, abstract = (stack.enter_context(opened) for opened in ears(folder))
        yield {
            "free": free, "secret": secret, "folder": str(folder), "planted": str(folder / "planted"),
            "home": str(folder / "home"), "settings": str(folder / "settings.env"), "parent": os.getpid(),
            "parent_variable": VARIABLE, "inherited": inherited, "tcp": tcp.getsockname()[1],
            "udp": udp.getsockname()[1], "unix": unix.getsockname(), "abstract": abstract.getsockname()[1:].decode(),
        }  # fmt: skip


def ears(folder):
    """Sockets that listen: TCP, UDP, one with a file, an abstract one."""
    tcp = socket.create_server(("127.0.0.1", 0))
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    unix, abstract = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
    unix.bind(f"{folder}/ear")
    os.chmod(f"{folder}/ear", 0o777)
    abstract.bind("\0andon-" + secrets.token_hex(8))
    unix.listen()
    abstract.listen()
    return tcp, udp, unix, abstract


def tried(way):
    """Every attempt in one room of this way: {"came_through": {name: bool}, "changed": [...], "error": ...}."""
    with planted() as context, tempfile.TemporaryDirectory() as out:
        before = sorted(p.name for p in Path(context["folder"]).iterdir())
        sandbox = Sandbox(way, size=0, limits=Limits(seconds=60), bare=True)
        ran = sandbox.run_unchecked(Job(code=ATTEMPTS.read_text(), context=context), Path(out))
        changed = [] if sorted(p.name for p in Path(context["folder"]).iterdir()) == before else ["a file outside"]
        if Path(context["planted"]).read_text() != context["secret"]:
            changed.append("the planted file")
        changed += [str(p) for p in Path("/tmp").glob(f"andon-escape-{context['secret']}")]
        changed += [str(p) for p in Path("/dev/shm").glob(f"andon-escape-{context['secret']}")]
    said = json.loads(ran.answer) if ran.answer else {"came_through": {}, "free": [], "proof": ""}
    return {**said, "changed": changed, "error": ran.error.text() if ran.error else None, "output": ran.output}


def bombs(way):
    """What a limit must end, one room each: {name: [end, error type, seconds]}."""

    def explode(bomb):
        code, limits = bomb
        with tempfile.TemporaryDirectory() as out:
            ran = Sandbox(way, size=0, limits=limits, bare=True).run_unchecked(Job(code=code, limits=limits), Path(out))
        return [ran.end, ran.error.type if ran.error else None, ran.seconds, ran.answer]

    with ThreadPoolExecutor(3) as several:
        return dict(zip(BOMBS, several.map(explode, BOMBS.values()), strict=True))


# Each says in `answer` when it got all that it wanted; the limits are small so that the tests are quick.
SMALL = Limits(seconds=6, disk_bytes=40_000_000, file_bytes=20_000_000, files=400, tasks=16, memory_bytes=300_000_000)
BOMBS = {
    "sleep past the deadline": ("import time\nwhile True: time.sleep(60)", SMALL.model_copy(update={"seconds": 0.4})),
    "sleep with every signal ignored": (
        "import signal, time\nfor n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\nwhile True:\n    try: time.sleep(60)\n    except BaseException: pass",
        SMALL.model_copy(update={"seconds": 0.4}),
    ),
    "spin": ("while True: pass", SMALL.model_copy(update={"cpu_seconds": 1, "seconds": 20})),
    "memory": ("x = []\nwhile True: x.append(bytearray(20_000_000))", SMALL),
    "memory by mmap": ("import mmap\nx = [mmap.mmap(-1, 1 << 26) for _ in range(1000)]\nanswer = 'all'", SMALL),
    "one big file": (
        "with open('big', 'wb') as f:\n    for _ in range(600): f.write(bytes(1_000_000))\nanswer = 'all'", SMALL,
    ),
    "several big files": (
        "import time\nfor n in range(60):\n    with open(f'f{n}', 'wb') as f:\n        f.write(bytes(10_000_000))\n"
        "time.sleep(0.2)\nanswer = 'all'", SMALL,
    ),
    "big files that are deleted while open": (
        "import os, time\nkept = []\nfor n in range(60):\n    kept.append(open(f'f{n}', 'wb'))\n"
        "    kept[-1].write(bytes(10_000_000))\n    kept[-1].flush()\n    os.remove(f'f{n}')\n"
        "time.sleep(0.2)\nanswer = 'all'", SMALL,
    ),
    "a sparse file": ("import os\nf = open('s', 'wb')\nos.truncate(f.fileno(), 1 << 40)\nanswer = 'all'", SMALL),
    "a reserved file": (
        "import os, time\nfor n in range(9):\n    f = open(f's{n}', 'wb')\n"
        "    os.posix_fallocate(f.fileno(), 0, 19_000_000)\n"
        "time.sleep(0.2)\nanswer = 'all'", SMALL,
    ),
    "many files": (
        "import time\nfor n in range(20_000):\n    open(f'f{n}', 'w').close()\ntime.sleep(0.3)\nanswer = 'all'", SMALL,
    ),
    "many folders": (
        "import os, time\nfor n in range(2_000):\n    os.mkdir('d')\n    os.chdir('d')\n"
        "time.sleep(0.3)\nanswer = 'all'", SMALL,
    ),
    "threads": (
        "import threading, time\nthreading.stack_size(65536)\n"
        "for n in range(400): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
        "time.sleep(0.3)\nanswer = 'all'", SMALL,
    ),
    "open files": ("f = [open('/dev/null') for _ in range(5_000)]\nanswer = 'all'", SMALL),
    "recursion": (
        "import sys\nsys.setrecursionlimit(10**9)\ndef f(x): return f((x,)) + 1\nf(0)\nanswer = 'all'",
        SMALL.model_copy(update={"seconds": 1}),
    ),
    "a crash of the interpreter": ("import ctypes\nctypes.string_at(0)\nanswer = 'all'", SMALL),
}  # fmt: skip


def everything(way):
    """All of it in one way; {"refused": why} where the machine does not let such rooms start."""
    try:
        return {"way": repr(way), **tried(way), "bombs": bombs(way)}
    except AndonError as error:
        return {"way": repr(way), "refused": error.code}


if __name__ == "__main__":
    print(json.dumps({"uid": os.getuid(), "ways": [everything(way) for way in launching.ways()]}))
    sys.exit(0)

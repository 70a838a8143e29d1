"""Attempts to get out of a room. This file is the code that runs inside; every attempt says whether it came through.

It is also run without a room (`python attempts.py CONTEXT`), where those marked `free` must come through: an attempt
that can work nowhere proves nothing. `context` tells what was planted outside. An attempt returns something true when
it got what it should not get; an error is a failed attempt.
"""

import ctypes
import errno
import fcntl
import itertools
import json
import mmap
import os
import platform
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

if __name__ == "__main__" and "context" not in globals():
    context = json.loads(sys.argv[1])

libc = ctypes.CDLL(None, use_errno=True)
X86 = platform.machine() == "x86_64"
NR = {
    "ptrace": (101, 117), "bpf": (321, 280), "keyctl": (250, 219), "add_key": (248, 217), "perf": (298, 241),
    "userfaultfd": (323, 282), "io_uring": (425, 425), "clone3": (435, 435), "open_by_handle": (304, 265),
    "process_vm_readv": (310, 270), "memfd_create": (319, 279), "execveat": (322, 281), "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424), "pidfd_getfd": (438, 438), "unshare": (272, 97), "setns": (308, 268),
    "mount": (165, 40), "pivot_root": (155, 41), "fsopen": (430, 430), "open_tree": (428, 428), "shmget": (29, 194),
    "msgget": (68, 186), "mq_open": (180, 180), "socket": (41, 198), "reboot": (169, 142), "init_module": (175, 105),
    "kcmp": (312, 272), "process_madvise": (440, 440), "personality": (135, 92), "seccomp": (317, 277),
    "fanotify_init": (300, 262), "inotify_init1": (294, 26), "sethostname": (170, 161), "clock_settime": (227, 112),
    "prlimit": (302, 261), "truncate": (76, 45), "chroot": (161, 51), "clone": (56, 220), "openat2": (437, 437),
    "ioprio_set": (251, 30), "sched_setaffinity": (203, 122), "landlock_create": (444, 444), "syslog": (103, 116),
}  # fmt: skip
came_through, free = {}, []
INSIDE = not context["free"]


def attempt(name, harmless=False):
    """Try at once and note the outcome; `harmless`: works, and does no harm, where there is no room."""

    def tried(function):
        if harmless:
            free.append(name)
        elif not INSIDE:
            return
        try:
            came_through[name] = bool(function())
        except Exception:  # any error is a failed attempt, whatever its kind
            came_through[name] = False

    return tried


def call(name, *arguments):
    """A raw system call: its result, OSError when it failed."""
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = libc.syscall(ctypes.c_long(NR[name][0 if X86 else 1]), *wide)
    if result < 0:
        raise OSError(ctypes.get_errno(), name)
    return result


def secret(text):
    return context["secret"] in (text.decode(errors="replace") if isinstance(text, bytes) else text)


def content(path):
    with open(path, "rb") as file:
        return file.read(1 << 20)


# --- files ---------------------------------------------------------------------------------------------------------


@attempt("read a planted secret", harmless=True)
def _():
    return secret(content(context["planted"]))


@attempt("read a secret in the home folder", harmless=True)
def _():
    return secret(content(context["home"] + "/.ssh/id_ed25519"))


@attempt("read ~/.ssh of the user")
def _():
    return os.listdir(os.path.expanduser("~root/.ssh")) or os.listdir("/root")


@attempt("read /etc/passwd", harmless=True)
def _():
    return content("/etc/passwd")


@attempt("read /etc/shadow and hosts")
def _():
    return [
        n
        for n in ("/etc/shadow", "/etc/hosts", "/etc/machine-id", "/etc/ssl/private")
        if os.path.isfile(n) and content(n)
    ]


@attempt("list the root's data folders", harmless=True)
def _():
    return os.listdir(context["folder"])


@attempt("read through a symbolic link", harmless=True)
def _():
    os.symlink(context["planted"], "link")
    return secret(content("link"))


@attempt("read through a hard link")
def _():
    os.link(context["planted"], "hard")
    return secret(content("hard"))


@attempt("read through dot-dot", harmless=True)
def _():
    return secret(content("../" * 40 + context["planted"]))


@attempt("read the project's settings", harmless=True)
def _():
    return content(context["settings"])


@attempt("read with openat2")
def _():
    how = struct.pack("<QQQ", 0, 0, 0)
    file = call("openat2", -100, context["planted"].encode(), how, 24)
    return secret(os.read(file, 1000))


@attempt("open by handle")
def _():
    handle = struct.pack("<Ii128s", 128, 1, b"")
    file = call("open_by_handle", -100, ctypes.create_string_buffer(handle), 0)
    return file >= 0


@attempt("write outside", harmless=True)
def _():
    with open(context["folder"] + "/written", "w") as file:
        return file.write("x")


@attempt("truncate outside")
def _():
    return call("truncate", context["planted"].encode(), 0) == 0


@attempt("change rights outside", harmless=True)
def _():
    os.chmod(context["planted"], 0o644)
    return True


@attempt("change times outside", harmless=True)
def _():
    os.utime(context["planted"], (1, 1))
    return True


@attempt("remove outside")
def _():
    os.remove(context["planted"])
    return True


@attempt("rename outside")
def _():
    os.rename(context["planted"], context["planted"] + ".x")
    return True


@attempt("write into the libraries")
def _():
    import numpy as library

    with open(os.path.join(os.path.dirname(library.__file__), "planted.py"), "w") as file:
        return file.write("x")


@attempt("write into the standard library")
def _():
    with open(os.path.join(os.path.dirname(os.__file__), "planted.py"), "w") as file:
        return file.write("x")


@attempt("write into our side of the room")
def _():
    import workers.sandbox.inside.room as ours

    with open(ours.__file__, "a") as file:
        return file.write("#")


@attempt("write to the temporary folder of the machine")
def _():
    name = "/tmp/andon-escape-" + context["secret"]
    with open(name, "w") as file:
        file.write("x")
    return True


@attempt("write to shared memory")
def _():
    with open("/dev/shm/andon-escape-" + context["secret"], "w") as file:
        return file.write("x")


@attempt("read memory and disks of the machine")
def _():
    return [
        n
        for n in ("/dev/mem", "/dev/kmem", "/dev/vda", "/dev/sda", "/proc/kcore", "/dev/fuse")
        if os.open(n, os.O_RDONLY)
    ]


@attempt("make a device")
def _():
    os.mknod("device", 0o20666, os.makedev(1, 1))
    return True


@attempt("make a FIFO")
def _():
    os.mkfifo("fifo")
    return True


@attempt("an unnamed file")
def _():
    return os.open(".", os.O_TMPFILE | os.O_RDWR)


@attempt("watch the machine's files")
def _():
    return call("fanotify_init", 0, 0) >= 0 or call("inotify_init1", 0) >= 0


# --- processes -----------------------------------------------------------------------------------------------------


@attempt("see other processes", harmless=True)
def _():
    return [n for n in os.listdir("/proc") if n.isdigit() and int(n) != os.getpid()]


@attempt("environment of the parent", harmless=True)
def _():
    return content(f"/proc/{context['parent']}/environ")


@attempt("environment of the first process")
def _():
    return content("/proc/1/environ") or content("/proc/self/environ")


@attempt("the secret in the own environment", harmless=True)
def _():
    names = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, "environ")
    known = repr(dict(os.environ)) + repr(list(itertools.takewhile(bool, (names[i] for i in itertools.count()))))
    return secret(known) or context["parent_variable"] in known


@attempt("memory of the parent")
def _():
    with open(f"/proc/{context['parent']}/mem", "rb") as file:
        file.seek(int(content(f"/proc/{context['parent']}/maps").split(b"-")[0], 16))
        return file.read(8)


@attempt("process_vm_readv")
def _():
    space = ctypes.create_string_buffer(8)
    local = struct.pack("<QQ", ctypes.addressof(space), 8)
    return call("process_vm_readv", context["parent"], local, 1, struct.pack("<QQ", 0x400000, 8), 1, 0) > 0


@attempt("ptrace the parent")
def _():
    return call("ptrace", 16, context["parent"], 0, 0) == 0 or call("ptrace", 0x4206, context["parent"], 0, 0) == 0


@attempt("signal the parent", harmless=True)
def _():
    os.kill(context["parent"], 0)
    return True


@attempt("kill everything")
def _():
    os.kill(-1, signal.SIGKILL)
    return True


@attempt("kill the group and the first process")
def _():
    tried = 0
    for who in (0, 1):
        try:
            os.kill(who, signal.SIGTERM)
            tried += 1
        except OSError:
            pass
    return tried


@attempt("signal by process descriptor")
def _():
    return call("pidfd_send_signal", call("pidfd_open", context["parent"], 0), 0, None, 0) == 0


@attempt("descriptors of the parent by pidfd_getfd")
def _():
    return call("pidfd_getfd", call("pidfd_open", context["parent"], 0), 0, 0) >= 0


@attempt("a signal by ownership of a pipe")
def _():
    reading, _ = os.pipe()
    fcntl.fcntl(reading, fcntl.F_SETOWN, context["parent"])
    fcntl.fcntl(reading, 10, 0)
    return True


@attempt("limits of the parent")
def _():
    return call("prlimit", context["parent"], 7, None, ctypes.create_string_buffer(16)) == 0


@attempt("priority of the parent")
def _():
    os.setpriority(os.PRIO_PROCESS, context["parent"], 5)
    return True


@attempt("compare with the parent")
def _():
    return call("kcmp", os.getpid(), context["parent"], 0, 0, 0) >= 0


@attempt("inherited descriptors", harmless=True)
def _():
    found = []
    for number in range(3, 1024):
        try:
            os.lseek(number, 0, os.SEEK_SET)
            found.append(secret(os.read(number, 1000)))
        except OSError:
            continue
    return any(found)


@attempt("a descriptor sent to the parent")
def _():
    with socket.socket(fileno=os.dup(json.loads(sys.argv[1])["door"])) as door:
        return socket.send_fds(door, [b"x"], [0])


@attempt("type on the terminal")
def _():
    fcntl.ioctl(0, 0x5412, b"x")
    return True


@attempt("fork", harmless=True)
def _():
    child = os.fork()
    if child == 0:
        os._exit(0)
    return os.waitpid(child, 0)


@attempt("clone without thread")
def _():
    child = call("clone", 17, 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    return True


@attempt("clone3")
def _():
    child = call("clone3", ctypes.create_string_buffer(struct.pack("<11Q", *[0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0])), 88)
    if child == 0:
        os._exit(0)
    return True


@attempt("run a shell", harmless=True)
def _():
    return subprocess.run(["/bin/sh", "-c", "echo out"], capture_output=True, check=True).stdout


@attempt("exec in place of itself")
def _():
    os.execve("/bin/sh", ["sh"], {})


@attempt("exec the interpreter")
def _():
    os.execve(sys.executable or "/usr/bin/python3", ["python", "-c", "1"], {"LD_PRELOAD": "x.so"})


@attempt("exec from memory")
def _():
    file = call("memfd_create", b"x", 0)
    return call("execveat", file, b"", None, None, 0x1000)


@attempt("a program by posix_spawn")
def _():
    return os.posix_spawn("/bin/true", ["true"], {"LD_PRELOAD": "./evil.so"})


@attempt("system of the C library", harmless=True)
def _():
    return libc.system(b"exit 7") >> 8 == 7


@attempt("another user")
def _():
    if os.getuid() == 0:
        os.setuid(12345)
        return True
    os.setuid(0)
    return True


@attempt("capabilities")
def _():
    held = (ctypes.c_uint32 * 6)()
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    if libc.capget(header, held) != 0:
        return False
    return any(held[i] for i in (0, 1, 3, 4))


# --- network -------------------------------------------------------------------------------------------------------


@attempt("TCP to this machine", harmless=True)
def _():
    with socket.create_connection(("127.0.0.1", context["tcp"]), 2) as there:
        return there.getpeername()


@attempt("UDP to this machine", harmless=True)
def _():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there:
        return there.sendto(b"out", ("127.0.0.1", context["udp"]))


@attempt("IPv6")
def _():
    with socket.socket(socket.AF_INET6) as there:
        return there.bind(("::", 0)) is None


@attempt("listen")
def _():
    return socket.create_server(("0.0.0.0", 0))


@attempt("a name look-up", harmless=True)
def _():
    return socket.getaddrinfo("localhost", 80, proto=socket.IPPROTO_TCP) and socket.socket()


@attempt("a socket file outside", harmless=True)
def _():
    with socket.socket(socket.AF_UNIX) as there:
        there.connect(context["unix"])
        return True


@attempt("an abstract socket", harmless=True)
def _():
    with socket.socket(socket.AF_UNIX) as there:
        there.connect("\0" + context["abstract"])
        return True


@attempt("netlink", harmless=True)
def _():
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as there:
        there.bind((0, 0))
        return True


@attempt("raw packets")
def _():
    return socket.socket(socket.AF_INET, socket.SOCK_RAW, 1) or socket.socket(17, socket.SOCK_RAW, 3)


@attempt("a socket by raw call", harmless=True)
def _():
    return call("socket", 2, 1, 0) >= 0


@attempt("vsock and other families")
def _():
    opened = 0
    for family in (16, 17, 38, 40, 44):
        try:
            opened += bool(socket.socket(family, socket.SOCK_STREAM))
        except OSError:
            continue
    return opened


@attempt("download with a library")
def _():
    from urllib.request import urlopen

    return urlopen(f"http://127.0.0.1:{context['tcp']}/", timeout=2)


# --- the kernel ----------------------------------------------------------------------------------------------------


@attempt("new namespaces")
def _():
    kinds = (0x10000000, 0x10020000, 0x40000000, 0x20000, 0x80)
    return [k for k in kinds if libc.unshare(k) == 0]


@attempt("mount")
def _():
    return call("mount", b"none", b".", b"tmpfs", 0, None) == 0


@attempt("the new mount calls")
def _():
    return call("fsopen", b"tmpfs", 0) >= 0


@attempt("a copy of a mount tree")
def _():
    return call("open_tree", -100, b"/", 1) >= 0


@attempt("chroot")
def _():
    os.mkdir("inner")
    os.chroot("inner")
    return True


@attempt("pivot_root")
def _():
    return call("pivot_root", b".", b".") == 0


@attempt("enter the namespaces of the parent")
def _():
    return call("setns", os.open(f"/proc/{context['parent']}/ns/net", os.O_RDONLY), 0) == 0


def refused(name, *arguments):
    return lambda: call(name, *arguments) >= 0


attempt("io_uring")(refused("io_uring", 4, ctypes.create_string_buffer(240)))
attempt("bpf")(refused("bpf", 0, ctypes.create_string_buffer(struct.pack("<IIII", 2, 4, 4, 1) + b"\0" * 56), 72))
attempt("perf events")(
    refused("perf", ctypes.create_string_buffer(struct.pack("<II", 1, 112) + b"\0" * 104), 0, -1, -1, 0)
)
attempt("userfaultfd")(refused("userfaultfd", 1))
attempt("keyring")(refused("keyctl", 0, -3, 1))
attempt("add a key")(refused("add_key", b"user", b"andon", b"x", 1, -3))
attempt("memory as a file", harmless=True)(refused("memfd_create", b"andon", 0))
attempt("shared memory of System V")(refused("shmget", 0, 4096, 0o1600))
attempt("message queue of System V")(refused("msgget", 0, 0o1600))
attempt("message queue of POSIX")(refused("mq_open", b"andon", 66, 0o600, None))
attempt("load a module")(refused("init_module", b"", 0, b""))
attempt("read the kernel's log")(refused("syslog", 3, ctypes.create_string_buffer(100), 100))
attempt("set the clock")(refused("clock_settime", 0, struct.pack("<qq", 1, 0)))
attempt("name of the machine")(refused("sethostname", b"x", 1))
attempt("personality")(refused("personality", 0x0040000))
attempt("CPU affinity")(refused("sched_setaffinity", 0, 8, b"\1" + b"\0" * 7))
attempt("disk priority")(refused("ioprio_set", 1, 0, 0x4000))


@attempt("a filter that lets all through")
def _():
    return call("seccomp", 1, 0, ctypes.create_string_buffer(16)) == 0


@attempt("calls of the 32-bit table that number differently")
def _():
    if not X86:
        return False
    found = libc.syscall(ctypes.c_long(0x40000000 + 41), ctypes.c_long(2), ctypes.c_long(1), ctypes.c_long(0))
    return found >= 0


@attempt("raise its own limits")
def _():
    import resource

    raised = 0
    for kind in (
        resource.RLIMIT_CPU,
        resource.RLIMIT_AS,
        resource.RLIMIT_FSIZE,
        resource.RLIMIT_NOFILE,
        resource.RLIMIT_CORE,
    ):
        try:
            resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            raised += 1
        except (OSError, ValueError):
            continue
    return raised


@attempt("a thread outside of the lock", harmless=True)
def _():
    found = []

    def look():
        with open(context["planted"], "rb") as file:
            found.append(secret(file.read()))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    return any(found)


@attempt("a library of its own code")
def _():
    # Machine code may run (libraries need that); it must not be able to do more than Python can: getpid by hand works,
    # opening the planted file by hand must not.
    if not X86:
        return False
    code = bytes.fromhex("b802000000 31f6 0f05 c3".replace(" ", ""))  # open(rdi, 0)
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    opening = ctypes.CFUNCTYPE(ctypes.c_long, ctypes.c_char_p)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    return opening(context["planted"].encode()) >= 0


@attempt("a preloaded library")
def _():
    os.environ["LD_PRELOAD"] = "/tmp/evil.so"
    return subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True, check=True).stdout


with open("proof", "w") as file:
    file.write(str(time.time() > errno.EPERM))
answer = json.dumps({"came_through": came_through, "free": free, "proof": content("proof").decode()})
if not INSIDE:
    print(answer)

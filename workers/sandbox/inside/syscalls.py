"""The system calls that a room may make, as a seccomp filter; everything else fails inside with an error.

An allow list: a call that this table does not know is refused, whatever a newer kernel adds. Processes cannot be made
(threads can), programs cannot be started, sockets cannot be opened, signals cannot be sent. Numbers: Linux
arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h (aarch64); a test compares them with the
kernel's headers. No library: libseccomp is not everywhere, and its binding for Python rests since 2021.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

# name: (x86_64, aarch64); None where the architecture has no such call.
ALLOWED: dict[str, tuple[int | None, int | None]] = {
    # files already opened, and those that Landlock lets be opened
    "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "pread64": (17, 67), "pwrite64": (18, 68),
    "close": (3, 57), "close_range": (436, 436), "lseek": (8, 62), "fsync": (74, 82), "fdatasync": (75, 83),
    "ftruncate": (77, 46), "fallocate": (285, 47), "fadvise64": (221, 223), "flock": (73, 32),
    "dup": (32, 23), "dup2": (33, None), "dup3": (292, 24), "pipe": (22, None), "pipe2": (293, 59),
    "poll": (7, None), "ppoll": (271, 73), "select": (23, None), "pselect6": (270, 72),
    "stat": (4, None), "lstat": (6, None), "fstat": (5, 80), "newfstatat": (262, 79), "statx": (332, 291),
    "statfs": (137, 43), "fstatfs": (138, 44), "access": (21, None), "faccessat": (269, 48), "faccessat2": (439, 439),
    "readlink": (89, None), "readlinkat": (267, 78), "getdents64": (217, 61), "getcwd": (79, 17), "chdir": (80, 49),
    "mkdir": (83, None), "mkdirat": (258, 34), "rmdir": (84, None), "unlink": (87, None), "unlinkat": (263, 35),
    "rename": (82, None), "renameat": (264, 38), "renameat2": (316, 276), "umask": (95, 166),
    # memory
    "mmap": (9, 222), "munmap": (11, 215), "mprotect": (10, 226), "mremap": (25, 216), "madvise": (28, 233),
    "brk": (12, 214), "mincore": (27, 232), "membarrier": (324, 283),
    # threads and time
    "futex": (202, 98), "set_robust_list": (273, 99), "set_tid_address": (218, 96), "rseq": (334, 293),
    "sched_yield": (24, 124), "sched_getaffinity": (204, 123), "getcpu": (309, 168), "gettid": (186, 178),
    "nanosleep": (35, 101), "clock_nanosleep": (230, 115), "clock_gettime": (228, 113), "clock_getres": (229, 114),
    "gettimeofday": (96, 169), "times": (100, 153), "restart_syscall": (219, 128),
    # itself
    "getpid": (39, 172), "getppid": (110, 173), "getuid": (102, 174), "geteuid": (107, 175), "getgid": (104, 176),
    "getegid": (108, 177), "uname": (63, 160), "sysinfo": (99, 179), "getrlimit": (97, 163), "getrusage": (98, 165),
    "getrandom": (318, 278), "sigaltstack": (131, 132), "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139), "exit": (60, 93), "exit_group": (231, 94),
}  # fmt: skip
# Allowed with certain arguments alone.
CLONE, OPENAT, FCNTL, IOCTL, PRCTL, PRLIMIT = (56, 220), (257, 56), (72, 25), (16, 29), (157, 167), (302, 261)
CLONE_THREAD = 0x00010000
CLONE_NEW = 0x7E020080  # every kind of namespace
O_TMPFILE = {"x86_64": 0x400000, "aarch64": 0x400000}
FCNTL_COMMANDS = (0, 1, 2, 3, 4, 5, 6, 7, 1030, 1032)  # no owner, no signal, no lease: F_SETOWN can kill
IOCTL_REQUESTS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIO(N)CLEX
PRCTL_OPTIONS = (15, 16)  # the thread's name
NEWER = 424  # calls from here on (2019) are probed for by libraries, which understand "not there"

AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
LOAD, EQUAL, GREATER_EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # BPF: ld abs word, jeq, jge, jset, ret
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data; both architectures are little-endian
SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC = 1, 1
SECCOMP = {"x86_64": 317, "aarch64": 277}

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, value


def refused(error: int) -> Instruction:
    """The call fails with `error`."""
    return RETURN, 0, 0, REFUSE | error


def low(argument: int) -> Instruction:
    """Load the lower 32 bits of an argument: what the kernel reads of an int."""
    return LOAD, 0, 0, ARGUMENTS + 8 * argument


def either(values: tuple[int, ...]) -> list[Instruction]:
    """Allow when the loaded word is one of `values`, else refuse."""
    steps: list[Instruction] = []
    for value in values:
        steps += [(EQUAL, 0, 1, value), (RETURN, 0, 0, ALLOW)]
    return [*steps, refused(errno.EPERM)]


def guarded(number: int, steps: list[Instruction]) -> list[Instruction]:
    """`steps` for the call `number`; any other call skips them. The number is loaded before and after."""
    return [(EQUAL, 0, len(steps), number), *steps]


def program(machine: str) -> list[Instruction]:
    """The filter for a machine ("x86_64" or "aarch64")."""
    index = ("x86_64", "aarch64").index(machine)
    allow: Instruction = (RETURN, 0, 0, ALLOW)
    steps: list[Instruction] = [
        (LOAD, 0, 0, ARCHITECTURE), (EQUAL, 1, 0, AUDIT[machine]), (RETURN, 0, 0, KILL), (LOAD, 0, 0, NUMBER),
    ]  # fmt: skip
    for numbers in ALLOWED.values():
        number = numbers[index]
        if number is not None:
            steps += [(EQUAL, 0, 1, number), allow]
    steps += guarded(CLONE[index], [
        low(0), (ANY_BIT, 0, 2, CLONE_THREAD), (ANY_BIT, 1, 0, CLONE_NEW), allow, refused(errno.EPERM),
    ])  # fmt: skip
    steps += guarded(OPENAT[index], [low(2), (ANY_BIT, 0, 1, O_TMPFILE[machine]), refused(errno.EPERM), allow])
    steps += guarded(FCNTL[index], [low(1), *either(FCNTL_COMMANDS)])
    steps += guarded(IOCTL[index], [low(1), *either(IOCTL_REQUESTS)])
    steps += guarded(PRCTL[index], [low(0), *either(PRCTL_OPTIONS)])
    steps += guarded(PRLIMIT[index], [low(0), (EQUAL, 0, 1, 0), allow, refused(errno.EPERM)])
    # x32 calls on x86_64 have a high bit and so come out as "newer": refused like them.
    return [*steps, (GREATER_EQUAL, 0, 1, NEWER), refused(errno.ENOSYS), refused(errno.EPERM)]


class SocketFilter(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def install(libc: ctypes.CDLL) -> None:
    """Put the filter on this process, every thread of it. OSError where the kernel or machine has none."""
    machine = platform.machine()
    if machine not in AUDIT:
        raise OSError(errno.ENOSYS, f"no table of system calls for {machine}")
    steps = program(machine)
    code = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *step) for step in steps))
    given = SocketFilter(len(steps), ctypes.cast(code, ctypes.c_void_p))
    # TSYNC: should a thread run already, it is in the same room or the call fails.
    done = libc.syscall(
        ctypes.c_long(SECCOMP[machine]), ctypes.c_ulong(SECCOMP_SET_MODE_FILTER),
        ctypes.c_ulong(SECCOMP_FILTER_FLAG_TSYNC), ctypes.byref(given),
    )  # fmt: skip
    if done != 0:
        raise OSError(ctypes.get_errno(), "seccomp")

"""The limits of a room that are watched from outside: its files, its threads, its memory's peak.

The room cannot switch this off; where the kernel enforces the same limit inside, this is the second lock.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
from pathlib import Path

from workers.sandbox.values import End, Limits

TICKS = os.sysconf("SC_CLK_TCK")


class Watch:
    """Watches one process. `folder` is an open descriptor of the folder in which it writes.

    by_name: the same folder as this machine names it, where its files must be counted one by one; else it is a
    file system of its own, which knows its sums.
    """

    def __init__(self, process: int, folder: int, by_name: Path | None, limits: Limits) -> None:
        self.process, self.limits = process, limits
        self.memory_peak: int | None = None  # bytes
        self.cpu_seconds = 0.0
        self._folder, self._by_name = folder, by_name
        self._handle = os.pidfd_open(process)
        with contextlib.suppress(OSError):  # should the machine run out of memory, the room goes first
            Path(f"/proc/{process}/oom_score_adj").write_text("1000")

    def look(self) -> End | None:
        """Take note of memory and CPU; the limit that is broken, or None."""
        seen = self._status()
        if "VmHWM" in seen:
            self.memory_peak = max(self.memory_peak or 0, 1024 * int(seen["VmHWM"].split()[0]))
        with contextlib.suppress(OSError, IndexError, ValueError):
            words = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
            self.cpu_seconds = (int(words[11]) + int(words[12])) / TICKS
        if int(seen.get("Threads", 1)) > self.limits.tasks:
            return "processes"
        count, size = self._by_name_sums() if self._by_name is not None else self._sums()
        if count > self.limits.files or size > self.limits.disk_bytes:
            return "files"
        return None

    def address_space(self) -> int:
        """Bytes of address space that it has now, 0 when it is gone."""
        return 1024 * int(self._status().get("VmSize", "0").split()[0])

    def kill(self) -> None:
        """End the process, and none that has its number by now."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def gone(self, seconds: float) -> bool:
        """Whether it has ended, waiting up to `seconds`."""
        return bool(select.select([self._handle], [], [], seconds)[0])

    def close(self) -> None:
        """Let go of the descriptors; with the folder's, a file system in memory vanishes."""
        os.close(self._handle)
        os.close(self._folder)

    def _status(self) -> dict[str, str]:
        try:
            lines = Path(f"/proc/{self.process}/status").read_text().splitlines()
        except OSError:
            return {}
        return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}

    def _sums(self) -> tuple[int, int]:
        seen = os.fstatvfs(self._folder)
        return seen.f_files - seen.f_ffree, (seen.f_blocks - seen.f_bfree) * seen.f_frsize

    def _by_name_sums(self) -> tuple[int, int]:
        """Number and bytes of the files, counted until a limit is passed. No link is followed."""
        count = size = 0
        waiting = [self._by_name]
        while waiting:
            with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    count += 1
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(Path(entry.path))
                    else:
                        size += entry.stat(follow_symlinks=False).st_blocks * 512
                    if count > self.limits.files or size > self.limits.disk_bytes:
                        return count, size
        return count, size

"""Where tensors are computed: on a GPU when there is one and torch can use it, else on the processor."""

from __future__ import annotations

import importlib.util
from pathlib import Path

DRIVER = Path("/dev/nvidiactl")  # there when NVIDIA's driver is loaded


def has_gpu() -> bool:
    """Is there a GPU that torch can use? torch, which is slow to load, is asked only where a driver is."""
    if not DRIVER.exists():
        return False
    try:
        import torch
    except ImportError:
        return False
    return bool(torch.cuda.is_available())


def device() -> str:
    """The name that torch has for it."""
    return "cuda" if has_gpu() else "cpu"


def is_here(need: str) -> bool:
    """Is what a detector needs here: "gpu", the device, or a package?"""
    return DRIVER.exists() if need == "gpu" else importlib.util.find_spec(need) is not None

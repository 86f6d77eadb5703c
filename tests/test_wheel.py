"""The wheel alone is enough: it carries the vocabulary and the shapes, and works in an empty directory."""

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def installed(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the programs' directory of a clean environment in which only the wheel is installed."""
    directory = tmp_path_factory.mktemp("wheel")
    uv = str(Path(sys.executable).parent / "uv")
    subprocess.run([uv, "build", "--quiet", "--wheel", "--out-dir", directory, repository], check=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", directory / "venv"], check=True)
    python = directory / "venv" / "bin" / "python"
    wheel = next(directory.glob("*.whl"))
    constraints = repository / "constraints.txt"
    subprocess.run(
        [uv, "pip", "install", "--quiet", "--python", python, "-c", constraints, wheel], check=True
    )
    return python.parent


def test_the_wheel_checks_builds_and_serves_from_an_empty_directory(
    installed: Path, repository: Path, tmp_path: Path
) -> None:
    """With the wheel installed and only `data/` at hand, `check`, `build` and `serve` work."""
    shutil.copytree(repository / "data", tmp_path / "data")
    command = str(installed / "osallisuus")
    for arguments in (["check"], ["build"], ["build", "--check"]):
        done = subprocess.run(
            [command, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    server = subprocess.Popen([command, "serve", "--port", str(port)], cwd=tmp_path)
    try:
        page = _fetch(f"http://127.0.0.1:{port}/fi/235/practices/asukaskysely.fi.html")
    finally:
        server.terminate()
        server.wait(timeout=20)

    assert "Asukaskysely" in page


def _fetch(address: str) -> str:
    """Return a page as soon as the server answers."""
    for _ in range(200):
        try:
            with urllib.request.urlopen(address, timeout=10) as response:  # noqa: S310 - our own server
                return str(response.read().decode())
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"no answer from {address}")

"""The real server as a subprocess, on the test's own database and a free loopback port."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START = "from app.cli import main; main()"


class Server:
    """`furong serve`, started and stopped at will (stop and start again keeps the port)."""

    def __init__(self, app, *, workers=2, **settings):
        folder, self.root = app.extensions["settings"].folder, ROOT
        self.port, self.workers, self.process = free_port(), workers, None
        self.command = self.serving()
        self.log = folder / f"server-{self.port}.log"
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("FURONG_")}
        self.env |= {
            "FURONG_INSTANCE_DIR": str(folder),
            "FURONG_DATABASE_URL": os.environ.get("FURONG_TEST_DATABASE_URL", ""),
            "FURONG_REACH": "trial",  # a loopback address prints no posters else
        } | {f"FURONG_{name.upper()}": value for name, value in settings.items()}

    @classmethod
    def alone(cls, folder, *, port=None, workers=2, root=ROOT, **settings):
        """A server on an empty SQLite instance of its own; root: where its code lies."""
        server = cls.__new__(cls)
        server.port, server.workers, server.process = port or free_port(), workers, None
        server.command = server.serving()
        server.log, server.root = folder / "server.log", root
        server.env = {k: v for k, v in os.environ.items() if not k.startswith("FURONG_")}
        server.env |= {"FURONG_INSTANCE_DIR": str(folder / "instance")}
        server.env |= {f"FURONG_{name.upper()}": value for name, value in settings.items()}
        return server

    @classmethod
    def as_the_readme_says(cls, clone, log):
        """`make run` in a clone, which keeps its instance in the clone as anybody's does."""
        server = cls.alone(log.parent, root=clone, workers=None)
        server.log = log
        server.command = ["make", "run", "HOST=127.0.0.1", f"PORT={server.port}"]
        del server.env["FURONG_INSTANCE_DIR"]
        return server

    def serving(self) -> list[str]:
        """The command that serves, in the environment these tests run in."""
        serve = [sys.executable, "-c", START, "serve", "--port", str(self.port)]
        return [*serve, "--workers", str(self.workers)]

    def setup_link(self) -> str:
        """The one-time link the server printed."""
        return re.search(r"http\S+/setup\?token=\S+", self.log.read_text())[0]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        """Start, and wait until it answers (30 s at the most)."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.root,
                env=self.env,
                stdout=out,
                stderr=out,
            )
        deadline = time.monotonic() + 30
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(self.log.read_text())
            time.sleep(0.05)
        return self

    def answers(self) -> bool:
        """Whether /healthz says so just now."""
        try:
            with urllib.request.urlopen(self.url + "/healthz", timeout=2) as reply:  # noqa: S310 (our own http address)
                return reply.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def stop(self):
        """Stop, and wait for it."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

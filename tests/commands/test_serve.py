"""furong serve beside another program."""

import subprocess
import sys

from tests.server import ROOT, START


def test_a_taken_port_is_refused_in_one_line(app, serve):
    running = serve()
    second = subprocess.run(
        [sys.executable, "-c", START, "serve", "--port", str(running.port)],
        cwd=ROOT, env=running.env, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert second.returncode == 1
    assert str(running.port) in second.stderr
    assert len(second.stderr.strip().splitlines()) == 1
    assert running.answers()

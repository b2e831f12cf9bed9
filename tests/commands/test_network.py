"""The addresses `furong serve` prints: each is one a phone of the same network can type."""

import os
import subprocess
import sys
from ipaddress import ip_address
from itertools import takewhile
from urllib.parse import urlsplit

import pytest

from app.commands import network
from app.commands.serve import lines_of
from tests.server import ROOT, START

SHOWN = "http://192.168.31.20:8000"
EVERYWHERE = ["--host", "0.0.0.0", "--port", "8123"]  # noqa: S104 inside a network of its own
# A network of its own, of which nothing is seen outside: the loopback, and with TWO two interfaces.
ALONE = 'ip link set lo up\nexec "$@"'
TWO = f"""
ip link add office type veth peer name hall
ip addr add 192.168.31.20/24 dev office && ip link set office up
ip addr add 10.8.0.5/24 dev hall && ip link set hall up
ip route add default via 192.168.31.1
{ALONE}
"""


def apart(network_of, *command):
    """The command line that runs a command in such a network."""
    return [
        "unshare",
        "--user",
        "--map-root-user",
        "--net",
        "sh",
        "-ec",
        network_of,
        "sh",
        *command,
    ]


def can_be_apart():
    try:
        return subprocess.run(apart(TWO, "true"), capture_output=True, check=False).returncode == 0
    except OSError:
        return False


needs_network = pytest.mark.skipif(not can_be_apart(), reason="no network namespaces here")


def said(network_of, folder):
    """What a fresh server of every address prints, up to the set-up link."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("FURONG_")}
    env |= {"FURONG_INSTANCE_DIR": str(folder / "instance")}
    command = apart(network_of, sys.executable, "-c", START, "serve", *EVERYWHERE)
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as server:
        try:
            lines = list(takewhile(lambda line: "/setup?token=" not in line, server.stdout))
        finally:
            server.terminate()
    return [line.strip() for line in lines]


def test_each_address_of_the_network_is_a_line_of_its_own():
    hosts = ["192.168.31.20", "10.8.0.5"]
    assert lines_of(SHOWN, [f"http://{network.web_host(one)}:8000" for one in hosts], None) == [
        "芙蓉签到：http://192.168.31.20:8000/",
        "同一网络的手机打开：http://192.168.31.20:8000/",
        "同一网络的手机打开：http://10.8.0.5:8000/",
    ]


def test_the_set_up_link_comes_last_and_only_while_there_is_one():
    told = lines_of(SHOWN, [SHOWN], "secret")
    assert len(told) == 3
    assert told[-1].endswith(f"{SHOWN}/setup?token=secret")


def test_an_ipv6_address_is_written_as_a_url_writes_it():
    assert urlsplit(f"http://{network.web_host('fd00::5')}:8000").port == 8000


def test_no_address_of_this_machine_is_its_loopback():
    assert not any(ip_address(one).is_loopback for one in network.addresses_of_all())


def test_a_server_of_the_loopback_prints_its_own_address_alone(app, serve):
    running = serve(workers=1)
    told = running.log.read_text()
    assert f"芙蓉签到：{running.url}/" in told
    assert "同一网络的手机打开" not in told


@needs_network
def test_a_server_of_every_address_prints_each_interface_as_one_opens_it(tmp_path):
    assert said(TWO, tmp_path) == [
        "芙蓉签到：http://192.168.31.20:8123/",
        "同一网络的手机打开：http://192.168.31.20:8123/",
        "同一网络的手机打开：http://10.8.0.5:8123/",
    ]


@needs_network
def test_without_a_network_only_this_computer_is_named(tmp_path):
    assert said(ALONE, tmp_path) == ["芙蓉签到：http://127.0.0.1:8123/"]

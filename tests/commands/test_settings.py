"""A setting that cannot be meant stops every command in one plain line, never with a traceback."""

import os
import socket
import subprocess
import sys
from ipaddress import ip_address

import pytest

from app import create_app
from app.commands.network import own_address
from app.config import Settings, SettingsError

START = "from app.cli import main; main()"


def run(folder, *words, **settings):
    env = {k: v for k, v in os.environ.items() if not k.startswith("FURONG_")}
    env |= {"FURONG_INSTANCE_DIR": str(folder)} | settings
    return subprocess.run(
        [sys.executable, "-c", START, *words], env=env, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize(
    "setting",
    [
        {"FURONG_COLOUR": "red"},
        {"FURONG_TEST_COLOUR": "red"},
        {"FURONG_TIMEZONE": "Mars/Olympus"},
        {"FURONG_TIMEZONE": "Asia"},
        {"FURONG_PROXY_HOPS": "-1"},
        {"FURONG_SESSION_IDLE_MINUTES": "0"},
        {"FURONG_PUBLIC_URL": "http://qiandao.example:99999"},
        {"FURONG_OLD_PUBLIC_URLS": "http://good.example, qiandao.example"},
        {"FURONG_DATABASE_URL": "nonsense"},
        {"FURONG_DATABASE_URL": "mysql://localhost/furong"},
    ],
)
def test_a_setting_nobody_can_mean_is_refused_by_its_name(tmp_path, setting):
    with pytest.raises(SettingsError, match=next(iter(setting))):
        create_app(Settings.read({"FURONG_INSTANCE_DIR": str(tmp_path)} | setting))


def test_a_settings_file_of_other_bytes_is_refused(tmp_path):
    (tmp_path / "furong.env").write_bytes("FURONG_ORG_NAME=团委".encode("gb18030"))
    with pytest.raises(SettingsError, match="UTF-8"):
        Settings.read({"FURONG_INSTANCE_DIR": str(tmp_path)})


@pytest.mark.parametrize(
    "setting",
    [
        {"FURONG_COLOUR": "red"},
        {"FURONG_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/furong"},
        {"FURONG_DATABASE_URL": "sqlite:////nowhere/at/all/furong.db"},
    ],
)
def test_a_command_that_cannot_start_says_so_in_one_line(tmp_path, setting):
    done = run(tmp_path, "org", "list", **setting)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_addresses_printed_under_an_old_prefix_still_open(tmp_path):
    settings = Settings.read(
        {
            "FURONG_INSTANCE_DIR": str(tmp_path),
            "FURONG_PUBLIC_URL": "http://new.example/furong",
            "FURONG_OLD_PUBLIC_URLS": "http://old.example/qd/, http://older.example",
        }
    )
    phone = create_app(settings).test_client()
    for address in (
        "http://new.example/furong/healthz",
        "http://old.example/qd/healthz",
        "http://older.example/healthz",
    ):
        base, path = address[: address.index(".example") + 8], address.partition(".example")[2]
        assert phone.get(path, base_url=base).status_code == 200, address


@pytest.mark.parametrize(
    ("settings", "is_only_here"),
    [
        ({}, True),
        ({"FURONG_SERVED_AT": "http://localhost:8000"}, True),
        ({"FURONG_SERVED_AT": "http://192.168.1.20:8000"}, False),
        ({"FURONG_PUBLIC_URL": "https://qd.example.org/furong"}, False),
        ({"FURONG_PUBLIC_URL": "http://[::1]:8000"}, True),
    ],
)
def test_an_address_no_phone_reaches_is_known_as_one(tmp_path, settings, is_only_here):
    read = Settings.read({"FURONG_INSTANCE_DIR": str(tmp_path)} | settings)
    assert read.is_only_here is is_only_here


def test_listening_to_all_means_an_address_of_this_machine_not_the_wildcard():
    assert not ip_address(own_address()).is_unspecified
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here:
        here.bind((own_address(), 0))  # OSError for any address but one of this machine

"""The API against schemathesis: no answer that is not described, no 500, whatever is sent.

It is installed into an environment of its own when it is not there; without a network the test is
skipped in one line.
"""

import json
import os
import shutil
import subprocess
import sys
import threading

import pytest
from sqlalchemy import delete, select

from app.db import db, transaction
from app.domain import cards, scanners
from app.domain import staff as accounts
from app.domain.audit import SYSTEM
from app.domain.checkins import CheckIn
from app.web.api.describing import description
from tests.doors import open_event
from tests.programs import missing

VERSION = "4.32.5"
# What it takes for a fault of ours: that a well-formed code is refused when nobody has it.
NOT_OURS = "positive_data_acceptance"


@pytest.fixture(scope="session")
def schemathesis(tmp_path_factory):
    """The path of the program."""
    if found := os.environ.get("SCHEMATHESIS") or shutil.which("schemathesis"):
        return found
    place = tmp_path_factory.mktemp("schemathesis")
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    pip = [str(place / "bin/pip"), "install", "-q", f"schemathesis=={VERSION}"]
    if subprocess.run(pip, check=False, capture_output=True).returncode:
        missing("schemathesis cannot be installed: no network")
    return str(place / "bin/schemathesis")


@pytest.fixture
def unthrottled(app):
    """The buckets are emptied while the test asks: this is about answers, not about how often."""
    done = threading.Event()

    def pour():
        with app.app_context():
            while not done.wait(0.2):
                with transaction() as session:
                    session.execute(delete(accounts.TokenBucket))

    thread = threading.Thread(target=pour)
    thread.start()
    yield
    done.set()
    thread.join()


def test_schemathesis_finds_nothing_whatever_it_sends(
    app, cast, serve, schemathesis, unthrottled, tmp_path
):
    event, _card, token = scene(cast)
    base = f"http://127.0.0.1:{serve(workers=2).port}/api/v1"
    (tmp_path / "schemathesis.toml").write_text(f'[parameters]\n"path.code" = "{event.code}"\n')
    for place in (tmp_path, tmp_path.parent):  # at the event · at codes nobody has
        fuzz(schemathesis, f"{base}/openapi.json", base, token, place)


def test_schemathesis_finds_nothing_when_it_knows_whom_to_check_in(
    app, cast, serve, schemathesis, unthrottled, tmp_path
):
    event, card, token = scene(cast)
    base = f"http://127.0.0.1:{serve(workers=2).port}/api/v1"
    (tmp_path / "openapi.json").write_text(json.dumps(aimed(base, event, card, cast)))
    fuzz(schemathesis, "openapi.json", base, token, tmp_path, "--mode", "positive")
    db.session.rollback()
    rows = list(db.session.scalars(select(CheckIn)))
    assert rows
    assert all(row.source.startswith("api:") for row in rows)
    held = [(row.occurrence_id, row.person_id) for row in rows if row.voided_at is None]
    assert len(held) == len(set(held))


def scene(cast):
    """(an open event, card of 李雷, a token)."""
    token = scanners.make_scanner("闸机", by=cast.street_manager, days=1)[1]
    return open_event(cast), cards.make_card(cast.li, by=SYSTEM, org=cast.branch), token


def aimed(base, event, card, cast):
    """The description, with the values that mean somebody here in the place of any text."""
    document = description(base.removesuffix("/api/v1"))
    known = {
        "card": [card, "A" * 26], "person": [cast.wang.code, cast.han.code, "ZZZZZZZZ"],
        "name": ["李雷", "王芳", "路人甲"], "phone": ["13900000002", "0001", "13811112222"],
        "org": [cast.branch.code, ""], "occurrence": [event.occurrences[0].code],
    }  # fmt: skip
    fields = document["components"]["schemas"]["CheckInAsked"]["properties"]
    for name, values in known.items():
        fields[name] = {"enum": values}
    for verbs in document["paths"].values():
        for verb in verbs.values():
            for parameter in verb["parameters"]:
                if parameter["name"] in ("code", "occurrence"):
                    parameter["schema"] = {"enum": [event.code, event.occurrences[0].code]}
    return document


def fuzz(program, document, base, token, place, *more):
    """Run it; fails with what it found."""
    told = [
        program, "run", document, "--url", base, "-H", f"Authorization: Bearer {token}", "--seed", "1",
        "--exclude-checks", NOT_OURS, "--max-examples", "120", "--no-color", "--continue-on-failure",
        "--phases", "examples,coverage,fuzzing", *more,
    ]  # fmt: skip
    run = subprocess.run(told, check=False, capture_output=True, text=True, cwd=place, timeout=900)
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-2000:]

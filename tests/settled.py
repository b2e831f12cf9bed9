"""Settings put in force for one test, as if furong.env or the environment had said them."""

import dataclasses

import pytest


@pytest.fixture
def setting(app, monkeypatch):
    """setting(public_url=…) → the settings in force for this test; what a page writes into
    furong.env meanwhile is gone with it."""
    monkeypatch.setitem(app.extensions, "settings", app.extensions["settings"])
    monkeypatch.setitem(app.extensions, "env_stamp", None)

    def put(**told):
        app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], **told)
        return app.extensions["settings"]

    yield put
    app.extensions["settings"].env_path.unlink(missing_ok=True)

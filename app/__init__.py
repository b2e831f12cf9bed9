"""Furong 芙蓉签到: the application factory."""

import logging
from datetime import timedelta

from flask import Flask
from jinja2 import StrictUndefined
from sqlalchemy.exc import OperationalError

from app import clock, keys, web
from app.config import Settings
from app.db import db, engine_options


def create_app(settings: Settings | None = None, **config) -> Flask:
    """Build the application: settings, keys, database, languages, rooms. Flask's own keys may be
    given as keyword arguments (tests). Raises SettingsError."""
    settings = settings or Settings.read()
    clock.use_zone(settings.timezone)
    settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # names are in there
    app = Flask("app", instance_path=str(settings.folder.resolve()), static_folder=None)
    app.extensions["settings"] = settings
    signing = keys.read_or_make(settings.folder / "secret.key", settings.secret_key)
    signing, *before = keys.lines_of(signing)
    keys.use_signing_keys([signing, *before])
    app.config.update(
        SECRET_KEY=signing,
        SECRET_KEY_FALLBACKS=before,
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database),
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        MAX_CONTENT_LENGTH=64 * 1024,
        # The parser reads 64 KiB at a time and keeps a rest: less than two reads refuses files.
        MAX_FORM_MEMORY_SIZE=256 * 1024,
        MAX_FORM_PARTS=200,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.config.update(config)
    keys.use_pii_key(keys.read_or_make(settings.folder / "pii.key", settings.pii_key))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    logging.getLogger("app").setLevel(logging.INFO)
    db.init_app(app)
    web.init_app(app, unavailable=(OperationalError,))
    return app

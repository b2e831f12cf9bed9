"""The room's blueprint: its views stand in the files beside it."""

from flask import Blueprint

bp = Blueprint("events", __name__, url_prefix="/events")

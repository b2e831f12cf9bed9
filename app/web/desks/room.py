"""The room's blueprint: its views stand in the files beside it."""

from flask import Blueprint

bp = Blueprint("desks", __name__)

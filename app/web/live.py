"""The live page of an occurrence, its fragment, and who is missing."""

import re
from dataclasses import dataclass

from flask import Blueprint, make_response, render_template, request, url_for

from app import clock
from app.domain import events, live
from app.web import filters, guards

bp = Blueprint("live", __name__, url_prefix="/live/<code>")

CODES = re.compile(r"[0-9A-Z]{1,12}(?:\.[0-9A-Z]{1,12}){0,600}")


@dataclass(frozen=True)
class Look:
    """How one reader looks at the page: all of it stands in the address, so it survives a reload,
    a refresh without script, and being sent to a colleague."""

    code: str
    order: str = ""
    all: str = ""
    flip: str = ""
    pause: str = ""

    @classmethod
    def asked(cls, code):
        args = request.args
        flip = args.get("flip", "")
        return cls(
            code,
            order="rate" if args.get("order") == "rate" else "",
            all="1" if args.get("all") == "1" else "",
            flip=flip if CODES.fullmatch(flip) else "",
            pause="1" if args.get("pause") == "1" else "",
        )

    @property
    def flipped(self) -> list[str]:
        return self.flip.split(".") if self.flip else []

    @property
    def kept(self) -> dict[str, str]:
        """What a form of this page sends along."""
        return {
            k: v for k, v in {"order": self.order, "all": self.all, "flip": self.flip}.items() if v
        }

    def page(self, **changes) -> str:
        """The address of the page in this look, with changes."""
        return url_for("live.show", **self._args(changes))

    def fragment(self, **changes) -> str:
        """The address of the fragment in this look, with changes."""
        return url_for("live.tally", **self._args(changes))

    def flipping(self, org: str) -> dict[str, str]:
        """The change that folds or unfolds an org."""
        return {"flip": ".".join(sorted(set(self.flipped) ^ {org}))}

    def _args(self, changes):
        return {k: v for k, v in (vars(self) | changes).items() if v}


@bp.get("")
@guards.role("organizer", or_auditor=True)
def show(code):
    sight, occurrence = _found(code)
    board = live.board(occurrence, sight.rows_of)
    return render_template(
        "live/show.html", sight=sight, event=sight.event, **_drawn(sight, occurrence, board)
    )


@bp.get("/tally")
@guards.role("organizer", or_auditor=True)
def tally(code):
    sight, occurrence = _found(code)
    known = request.args.get("v")
    board = live.board(occurrence, sight.rows_of, fresh=not known)
    if known == board.version:
        answer = make_response("", 204)
    else:
        answer = make_response(
            render_template("live/_tally.html", **_drawn(sight, occurrence, board))
        )
    answer.headers["X-Updated-At"] = filters.iso(clock.now())
    return answer


@bp.get("/absent")
@guards.role("organizer")
def absent(code):
    sight, occurrence = _found(code)
    return render_template(
        "live/absent.html", sight=sight, event=sight.event, occurrence=occurrence,
        tally=live.tally(occurrence, sight.rows_of), branches=live.absent(occurrence, sight.rows_of),
    )  # fmt: skip


def _found(code):
    sight = events.event_in_sight(guards.my_org(), code)
    return sight, events.occurrence_of(sight.event, code)


def _drawn(sight, occurrence, board):
    look = Look.asked(occurrence.code)
    rows = live.arrange(
        board.tally.rows,
        by_rate=look.order == "rate",
        everything=bool(look.all),
        flipped=look.flipped,
    )
    return {
        "occurrence": occurrence, "board": board, "tally": board.tally, "look": look, "rows": rows,
        "asks": not look.pause and board.tally.phase in ("draft", "upcoming", "open"),
        "may_open": sight.is_host and guards.me().may("organizer"),
        "is_host": sight.is_host, "drawn_at": clock.now(),
    }  # fmt: skip

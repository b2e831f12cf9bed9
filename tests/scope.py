"""What the walk over every address needs: a scene of one branch, and how to fill each rule with it.

A rule whose arguments stand in neither table stops the walk: whoever adds a route adds its line.
"""

import io
import re
from dataclasses import dataclass
from datetime import timedelta

from PIL import Image
from sqlalchemy import select
from werkzeug.routing import BuildError

from app import clock
from app.db import db, transaction
from app.domain import (
    blanks,
    cards,
    checkins,
    checks,
    closings,
    corrections,
    desks,
    events,
    evidence,
    honours,
    leaves,
    members,
    orgs,
    passes,
    periods,
    reach,
    rollcalls,
    rosters,
    scanners,
    services,
    studies,
    tallies,
    venues,
)
from app.domain import staff as accounts
from app.domain.audit import SYSTEM
from app.domain.staff.sessions import start_session
from tests.doors import open_event
from tests.forms import a_form
from tests.gatherings import arrive, gather, guest

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
PASTED = "1. 夏侯新芽 19955550009"
UNKNOWN = "ZZZZZZ"


@dataclass(frozen=True)
class Canary:
    """Somebody of the roster with a name and numbers that stand nowhere else."""

    person: members.Person
    name: str
    masked: str
    phone: str
    number: str

    @property
    def whole(self) -> tuple[str, ...]:
        """What nobody without an account may read."""
        return self.name, self.phone, self.number, self.person.code, self.person.pinyin

    @property
    def all(self) -> tuple[str, ...]:
        """What nobody of another branch may read, masked or not."""
        return (*self.whole, self.masked, f"****{self.phone[-4:]}")


@dataclass(frozen=True)
class Scene:
    """浏正街's own event, which invites nobody else, and the street's, which invites both."""

    event: events.Event
    shared: events.Event
    row: checkins.CheckIn
    doubt: checkins.CheckIn
    org: orgs.Org
    mine: Canary  # of 浏正街
    other: Canary  # of 丰泉古井
    stranger: Canary  # a guest without a branch at the street's event
    staff: accounts.Staff
    roster: str
    screen: str
    opening: str
    twin: members.Person  # who is 欧阳澹雅 too, a guest
    second: events.Event  # 浏正街's, made twice
    correction: str
    session: str  # of 赵书记
    test: str  # the secret of a reach test
    call: str  # a roll-call at the closed event
    desk: str  # its desk
    link: str  # which this opens
    called: str  # its first name, as a form says it
    card: str  # the secret of the stranger's card
    away: members.Person  # of 浏正街, on leave from the closed event
    venue: str  # the door code of a place of 浏正街
    letters: str  # of a hall's PC that shows the closed event: it is its branch's own
    pairing: str  # its code
    scanner: str  # the code of 赵书记's scanner
    closing: closings.FrozenReport  # of 浏正街, another period than this half-year
    sample: closings.SpotCheck  # of it
    apart: str  # of 浏正街's event and a draft of its own
    picture: str  # of the closed event: its signed sheet
    tally: str  # a reported figure of 浏正街
    service: str  # services it gave
    honour: str  # an honour of it
    blank: str  # the code of a form 浏正街 keeps
    study: studies.StudyList  # 浏正街's own, with a line that means nobody


def make_scene(cast) -> Scene:
    """Everything a rule may name, in the cast's 浏正街."""
    mine = _canary("欧阳澹雅", "19955556789", "202043999001", cast.branch)
    other = _canary("司马凛然", "19966664321", "202043999002", cast.other_branch)
    child = orgs.add_org("浏正街二组", short_name="二组", parent=cast.branch, by=SYSTEM)
    event = gather(cast.branch, cast.branch, title="浏正街闭门会")
    shared = gather(cast.street, cast.branch, cast.other_branch, title="两支部联谊")
    row = arrive(event, mine.person, org=cast.branch)
    arrive(event, cast.li, reasons=("other_branch",), org=cast.branch)
    alike = guest("欧阳澹雅", phone="19955550010")
    doubt = arrive(event, alike, org=cast.branch, reasons=("identity",), suspect=mine.person)
    for canary in (mine, other):
        arrive(shared, canary.person, phone=canary.phone)
    stranger = guest("慕容路人", phone="19977778642")
    arrive(shared, stranger)
    second = gather(cast.branch, cast.branch, title="浏正街闭门会又一个")
    sitting = second.occurrences[0]
    lines = corrections.read_paper(sitting, "欧阳澹雅", [], {})
    mended = corrections.enter_paper(
        sitting, lines, sitting.starts_on, by=cast.wang_staff, reason="补录签到表"
    )
    desk = desks.open_desk(event, "东门", by=cast.wang_staff)
    call = rollcalls.draw(event.occurrences[0], 3, by=cast.wang_staff)
    file = rosters.paste_in(PASTED, branch=cast.branch, scope=cast.branch, made_by=cast.wang_staff)
    letters = passes.wall_of(passes.begin_pairing("", address="127.0.0.1")).letters
    pairing = passes.approve_pairing(letters, event, scope=cast.branch, by=cast.organizer)
    closing = closings.sign(cast.branch, periods.month_of(clock.today()), by=cast.wang_staff)
    return Scene(
        event, shared, row, doubt, child, mine, other,
        Canary(stranger, "慕容路人", "慕容**", "19977778642", "19977778642"), cast.organizer,
        file.code, passes.open_screen(event, by=SYSTEM),
        accounts.reset_staff(cast.organizer, by=None, days=1).secret, alike, second, mended.code,
        _a_session(cast.zhao), reach.make_test("http://127.0.0.1:8000", by=cast.organizer)[1],
        call.code, desk.code, desks.desks_of(event)[0].token, rollcalls.lines_of(call)[0].key,
        away=_away(event, cast),
        venue=venues.add_venue("浏正街青年之家", org=cast.branch, by=SYSTEM).code,
        card=cards.make_card(stranger, by=SYSTEM, org=cast.street), letters=letters, pairing=pairing.code,
        scanner=scanners.make_scanner("闸机", by=cast.zhao, days=7)[0].code,
        closing=closing, sample=closings.draw(closing, 3, by=cast.wang_staff),
        apart=checks.tell_apart(
            event.code, open_event(cast, host=cast.branch, title="草稿", draft=True).code, "两场",
            by=cast.wang_staff,
        ).code,
        study=_studied(cast), picture=_attached(event, cast),
        **_counted(cast),
        blank=blanks.keep(a_form("{{场次}}"), "上级表.xlsx", org=cast.branch, by=cast.organizer).code,
    )  # fmt: skip


def _away(event, cast):
    """王芳 asked for leave from the event."""
    with transaction() as session:
        session.add(
            leaves.Leave(
                occurrence_id=event.occurrences[0].id, person_id=cast.wang.id, kind="sick",
                asked_at=event.occurrences[0].opens_at, noted_at=event.occurrences[0].opens_at,
            )
        )  # fmt: skip
    return cast.wang


def _attached(event, cast):
    """The code of the picture of the closed event's sheet."""
    sent = evidence.Sent(a_picture(), "欧阳澹雅的签名.png")
    evidence.attach(event.occurrences[0], [sent], place="档案柜", by=cast.organizer)
    return evidence.attachments_of(event.occurrences[0])[0].code


def a_picture() -> bytes:
    """A small PNG."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    return out.getvalue()


def _counted(cast):
    """What 浏正街 wrote down besides check-ins."""
    org, day, by = cast.branch, clock.today(), cast.wang_staff.actor
    figure = tallies.Reported("篇", 12, org=org, from_on=day, to_on=day, evidence="浏正街后台")
    award = honours.Award(org, "浏正街岗位能手", "district", day)
    return {
        "tally": tallies.report(figure, by=by).code,
        "service": services.give(services.Given(org, "care", day, 3), by=by).code,
        "honour": honours.grant(award, "欧阳澹雅", by=by)[0].code,
    }


def _studied(cast):
    """王芳 read in that 欧阳澹雅 studied, and somebody else."""
    reading = studies.read_pasted("欧阳澹雅\n某某某")
    draft = studies.draft_of(
        reading,
        series="",
        name="闭门第一期",
        due_on=clock.today(),
        org=cast.branch,
        file="list.txt",
    )
    shown = studies.plan_of(draft, cast.branch).print
    return studies.read_in(draft, cast.branch, shown=shown, by=cast.wang_staff)


def _a_session(staff):
    """The code of a session of this account."""
    start_session(staff, browser="another phone", absolute=timedelta(hours=12))
    return accounts.sessions_of(staff)[0].code


def _canary(name, phone, number, branch):
    person = members.make_person(name, phone=phone, admission_number=number)
    members.join_branch(person, branch)
    masked = name[:2] + "**"
    return Canary(person, name, masked, phone, number)


# (room, argument) → the object of the scene that fills it.
ARGUMENTS = {
    ("account", "secret"): lambda s: s.opening,
    ("account", "session"): lambda s: s.session,
    ("attendance", "code"): lambda s: s.event.code,
    ("attendance", "row"): lambda s: s.row.code,
    ("blanks", "code"): lambda s: s.blank,
    ("cards", "org"): lambda s: s.event.host.code,
    ("cards", "person"): lambda s: s.mine.person.code,
    ("checkin", "code"): lambda s: s.event.code,
    ("checkin", "told"): lambda s: "2" * 32,
    ("checkout", "code"): lambda s: s.event.code,
    ("checks", "code"): lambda s: s.apart,
    ("closings", "code"): lambda s: s.closing.code,
    ("closings", "sample"): lambda s: s.sample.code,
    ("corrections", "code"): lambda s: s.correction,
    ("corrections", "event"): lambda s: s.event.code,
    ("corrections", "other"): lambda s: s.twin.code,
    ("corrections", "person"): lambda s: s.mine.person.code,
    ("corrections", "twin"): lambda s: s.second.code,
    ("evidence", "code"): lambda s: s.event.code,
    ("evidence", "picture"): lambda s: s.picture,
    ("evidence", "tally"): lambda s: s.tally,
    ("events", "code"): lambda s: s.event.code,
    ("events", "sitting"): lambda s: s.event.occurrences[0].code,
    ("handins", "code"): lambda s: s.event.code,
    ("headcount", "code"): lambda s: s.event.code,
    ("history", "token"): lambda s: s.card,
    ("hours", "code"): lambda s: s.event.code,
    ("hours", "row"): lambda s: s.row.code,
    ("seats", "code"): lambda s: s.event.code,
    ("leaves", "code"): lambda s: s.event.code,
    ("leaves", "person"): lambda s: s.away.code,
    ("live", "code"): lambda s: s.event.code,
    ("orgs", "code"): lambda s: s.org.code,
    ("people", "code"): lambda s: s.mine.person.code,
    ("posters", "code"): lambda s: s.event.code,
    ("public", "code"): lambda s: s.event.code,
    ("reach", "token"): lambda s: s.test,
    ("reviews", "code"): lambda s: s.doubt.code,
    ("desks", "code"): lambda s: s.event.code,
    ("desks", "desk"): lambda s: s.desk,
    ("desks", "row"): lambda s: s.row.code,
    ("desks", "token"): lambda s: s.link,
    ("pocket", "token"): lambda s: s.link,
    ("roles", "code"): lambda s: s.event.code,
    ("rollcalls", "code"): lambda s: s.event.code,
    ("rollcalls", "call"): lambda s: s.call,
    ("roster", "code"): lambda s: s.roster,
    ("roster", "at"): lambda s: "1",
    ("roster", "name"): lambda s: "new",
    ("screens", "code"): lambda s: s.event.code,
    ("screens", "sitting"): lambda s: s.event.occurrences[0].code,
    ("screens", "token"): lambda s: s.screen,
    ("summaries", "key"): lambda s: "opening",
    ("summaries", "org"): lambda s: s.event.host.code,
    ("tv", "code"): lambda s: s.event.code,
    ("tv", "letters"): lambda s: s.letters,
    ("tv", "pairing"): lambda s: s.pairing,
    ("setup", "step"): lambda s: "print",
    ("staff", "code"): lambda s: s.staff.code,
    ("venues", "code"): lambda s: s.venue,
    ("tallies", "code"): lambda s: s.tally,
    ("services", "code"): lambda s: s.service,
    ("honours", "code"): lambda s: s.honour,
    ("api", "checkin"): lambda s: s.row.code,
    ("api", "code"): lambda s: s.event.code,
    ("scanners", "code"): lambda s: s.scanner,
    ("studies", "code"): lambda s: s.study.issue.code,
    ("studies", "listing"): lambda s: s.study.code,
    ("studies", "row"): lambda s: 2,
    ("static", "filename"): lambda s: "app.css",
}
# Endpoint → what a plausible form holds, where an empty one says nothing of the scope.
FORMS = {
    "corrections.apart": lambda s: {"one": s.mine.person.code, "other": s.twin.code},
    "corrections.move": lambda s: {
        "row": s.row.code,
        "target": s.second.occurrences[0].code,
        "reason": "扫错了码",
    },
    "corrections.paper": lambda s: {"names": "李雷", "paper_on": "2026-11-22", "reason": "补录"},
    "corrections.split": lambda s: {
        "row": s.row.code,
        "who": "new",
        "name": "新人",
        "reason": "两人",
    },
    "corrections.undo": lambda s: {"reason": "没有错"},
    **{
        f"corrections.{name}": lambda s: {"reason": "建了两遍"}
        for name in ("merge", "merge_events")
    },
    "attendance.create": lambda s: {"person": s.mine.person.code},
    "attendance.void": lambda s: {"reason": "重复"},
    "checks.update": lambda s: {"events": s.event.code, "programme": "ZZZZ"},
    "checks.tell_apart": lambda s: {
        "one": s.event.code,
        "other": s.event.code,
        "reason": "两场",
    },
    "closings.create": lambda s: {"org": s.event.host.code, "note": "按时"},
    "closings.draw": lambda s: {"number": "3"},
    "closings.open_sample": lambda s: {"reason": "回访"},
    "closings.reopen": lambda s: {"reason": "漏了一场"},
    "desks.create": lambda s: {"name": "西门"},
    "seats.update": lambda s: {"org": s.event.host.code, "row": s.row.code},
    "leaves.create": lambda s: {"person": s.away.code, "kind": "sick"},
    "roles.update": lambda s: {"row": s.row.code, "role": "volunteer"},
    "rollcalls.count": lambda s: {"number": "30"},
    "rollcalls.create": lambda s: {"size": "5"},
    "rollcalls.update": lambda s: {f"name-{s.called}": "away"},
    "cards.update": lambda s: {"person": s.mine.person.code},
    "headcount.update": lambda s: {f"heads-{s.event.host.code}": "30"},
    "hours.create": lambda s: {"row": s.row.code},
    "hours.leave": lambda s: {"row": s.row.code},
    "hours.update": lambda s: {"minutes": "30", "reason": "问过本人"},
    **{
        f"{room}.void": lambda s: {"reason": "记错了"}
        for room in ("tallies", "services", "honours")
    },
    "tallies.create": lambda s: {
        "number": "5",
        "unit": "篇",
        "evidence": "截图",
        "occurrence": s.event.code,
    },
    "tallies.update": lambda s: {"number": "5", "unit": "篇", "evidence": "截图"},
    "services.update": lambda s: {"kind": "care", "number": "2", "served_on": "2026-11-01"},
    "honours.update": lambda s: {
        "title": "优秀",
        "level": "city",
        "granted_on": "2026-11-01",
        "recipient": "欧阳",
    },
    "reviews.confirm": lambda s: {"person": s.mine.person.code},
    "reviews.confirm_all": lambda s: {"event": s.event.code},
    "reviews.reject": lambda s: {"reason": "不是本人"},
    "evidence.create": lambda s: {"place": "书记办公室"},
    "evidence.create_tally": lambda s: {"place": "书记办公室"},
    "evidence.void": lambda s: {"reason": "传错了"},
    "studies.update": lambda s: {"person": s.mine.person.code},
    "studies.void": lambda s: {"reason": "传错了"},
    "summaries.create": lambda s: {"words": "办{总.场次}。"},
    "summaries.update": lambda s: {"words": "共办{总.场次}。"},
}
# What an account reads of an event of another host that invites it: product.md §1, Scope.
WIDENED = {
    "attendance.csv", "attendance.index", "attendance.sheet", "attendance.xlsx", "events.share", "events.show", "handins.minutes",
    "live.absent", "live.show", "live.tally", "posters.poster", "posters.qr_png", "posters.qr_svg",
}  # fmt: skip
BEHIND_PIN = {"desks.leave", "desks.undo"}
# What leaves the house is written down.
EXPORTS = {
    "closings.json",
    "blanks.filled", "handins.register_csv", "handins.register_xlsx",
    "studies.csv",
    "attendance.csv", "attendance.xlsx", "handins.rows", "handins.workbook", "hours.xlsx", "reports.csv", "reports.json", "reports.xlsx",
    "roster.untaken", "summaries.json", "summaries.txt",
}  # fmt: skip


def rules(app):
    """(endpoint, verb, rule) of everything that can be asked for."""
    found = []
    for rule in app.url_map.iter_rules():
        found += [(rule.endpoint, verb, rule) for verb in sorted(rule.methods & {"GET", "POST"})]
    return sorted(found, key=lambda one: (one[1], one[0]))


def guard_of(app, endpoint) -> str:
    """public, token, or role:lowest with +auditor."""
    return app.view_functions[endpoint].guard


def room_of(endpoint) -> str:
    return endpoint.split(".")[0]


def path_of(app, rule, scene, **instead) -> str:
    """The rule's address with the scene's objects; `instead` fills an argument otherwise. Raises
    KeyError for an argument that no table knows."""
    values = {
        name: instead.get(name) or ARGUMENTS[room_of(rule.endpoint), name](scene)
        for name in rule.arguments
    }
    built = rule.build(values)
    if built is None:
        raise BuildError(rule.endpoint, values, None)
    return built[1]


def rows_of_everything() -> dict[str, list]:
    """Table → its rows, but for when somebody was last seen."""
    db.session.rollback()
    found = {}
    for table in db.metadata.sorted_tables:
        columns = [c for c in table.columns if c.name not in ("seen_at", "last_seen_at")]
        keys_first = sorted(table.primary_key.columns, key=lambda c: c.name)
        found[table.name] = db.session.execute(select(*columns).order_by(*keys_first)).all()
    db.session.rollback()
    return found


def changed_tables(before, after) -> set[str]:
    return {name for name in after if before[name] != after[name]}


def token_of(client, page) -> str:
    """A CSRF token from a page of this client."""
    return TOKEN.search(client.get(page).text)[1]

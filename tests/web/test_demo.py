"""furong demo: an invented district, made once, that fills every page."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

from click.testing import CliRunner
from sqlalchemy import func, select

from app import clock, seeds
from app.commands import demo
from app.db import db
from app.domain import checkins, events, members, orgs, periods, rollcalls, signals
from app.domain import counts as figures
from app.domain import staff as accounts
from app.domain.audit import AuditEntry
from tests.browser.page import Page

EACH = 2  # pages of one endpoint that the walk opens for one account


def run_demo(app, *options):
    result = CliRunner().invoke(demo, options, obj={"make_app": lambda: app})
    db.session.rollback()
    return result


def rows_of_every_table():
    db.session.rollback()
    tables = db.metadata.sorted_tables
    return {t.name: db.session.scalar(select(func.count()).select_from(t)) for t in tables}


def running_event():
    now = clock.now()
    held = db.session.scalars(select(events.Occurrence).where(events.Occurrence.starts_at <= now))
    return next(o for o in held if o.phase == "open").event


def test_the_demo_is_made_once_and_its_figures_are_those_of_a_district(app):
    first = run_demo(app)
    assert first.exit_code == 0, first.output
    assert "演示数据已装入" in first.output
    assert seeds.PASSWORD in first.output
    assert "仅本机试用" in first.output
    made = rows_of_every_table()
    again = run_demo(app, "--scale", "3")
    assert again.exit_code == 0
    assert "没有改动" in again.output
    assert rows_of_every_table() == made
    _the_tree_has_18_units_and_150_branches()
    _the_evening_is_full()
    _the_year_has_figures()
    _accounts_have_come_and_gone()
    _an_evening_is_doubted()
    lines = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [line.at for line in lines] == sorted(line.at for line in lines)
    assert lines[-1].at <= clock.now()


def _the_tree_has_18_units_and_150_branches():
    root = orgs.root_or_none()
    kinds = Counter(org.kind for org in orgs.subtree_of(root))
    assert len(orgs.children_of(root)) == 18
    assert 140 <= kinds["branch"] <= 160
    assert sum(org.is_closed for org in orgs.all_orgs()) == 1
    assert 3000 <= members.member_counts()[root.id] <= 4000
    zhang = [row for row in members.search_people(root, "张伟") if row.person.name == "张伟"]
    assert len(zhang) > len({row.org.id for row in zhang})  # namesakes in one branch


def _the_evening_is_full():
    event = running_event()
    assert members.member_counts()[event.host_id] == 320
    valid = select(checkins.CheckIn).where(
        checkins.CheckIn.occurrence_id == event.occurrences[0].id,
        checkins.CheckIn.voided_at.is_(None),
    )
    rows = db.session.scalars(valid).all()
    first, last = min(r.checked_in_at for r in rows), max(r.checked_in_at for r in rows)
    assert timedelta(minutes=20) < last - first < timedelta(minutes=31)
    assert last <= clock.now()
    assert 205 <= sum(row.standing in members.COUNTED for row in rows) <= 220
    assert {"identity", "other_branch", "shared_device"} <= {x for r in rows for x in r.reasons}


def _the_year_has_figures():
    now = periods.half_of(clock.today())
    for half in (now, periods.half_of(now.from_on - timedelta(days=1))):
        district = figures.counts(half, orgs.root_or_none())[0]
        assert district.hosted >= 1
        assert district.attendances >= district.people > 0 or district.people_at_least
    whole = periods.Period(now.from_on - timedelta(days=190), now.to_on)
    district = figures.counts(whole, orgs.root_or_none())[0]
    assert district.attendances > 2000
    assert district.open_reviews > 5
    assert district.headcount == 183
    assert district.tally == 91
    assert district.unrecorded >= 1


def _an_evening_is_doubted():
    burst = select(checkins.CheckIn).where(checkins.CheckIn.review_reasons.contains("burst"))
    sittings = {row.occurrence for row in db.session.scalars(burst)}
    (sitting,) = sittings
    (result,) = rollcalls.results_of([sitting])
    assert (result.drawn, result.away, result.waiting) == (10, 2, 0)
    hall = rollcalls.hall_of(sitting)
    assert (hall.checked_in, hall.difference, hall.is_notable) == (25, -4, True)
    waiting = signals.unswept(orgs.root_or_none(), days=None)
    assert running_event().id in {one.event_id for one in waiting}
    assert all(one.ends_at > clock.now() for one in waiting)


def _accounts_have_come_and_gone():
    rows = accounts.access_in(orgs.root_or_none())
    found = {
        part: [r.staff for r in rows if r.is_in(part)] for part in ("sleeping", "ended", "closed")
    }
    assert [staff.name for staff in found["sleeping"]] == ["陆遥"]
    assert len(found["ended"]) == 1
    ((gone,), heir) = found["closed"], next(r.staff for r in rows if r.staff.name == "刘恒")
    assert gone.successor_id == heir.id
    assert gone.closed_at < heir.last_seen_at < clock.now()


def test_the_demo_is_tried_on_this_computer_until_somebody_says_otherwise(app, tmp_path):
    bare = replace(app.extensions["settings"], reach="", public_url="", instance_dir=str(tmp_path))
    assert run_demo(app).exit_code == 0
    chosen = seeds.choose_trial(bare)
    assert (chosen.reach, "FURONG_REACH=trial" in bare.env_path.read_text()) == ("trial", True)
    told = replace(bare, public_url="https://qd.example.org")
    assert seeds.choose_trial(told) is told
    assert seeds.choose_trial(chosen) is chosen
    acts = [line.act for line in db.session.scalars(select(AuditEntry))]
    assert acts.count("reach_chosen") == 1


def test_a_database_in_use_is_left_alone(app, cast):
    before = rows_of_every_table()
    result = run_demo(app)
    assert result.exit_code != 0
    assert "演示" in str(result.exception)
    assert rows_of_every_table() == before


def test_every_page_opens_for_every_account_of_the_demo(app, sign_in, phone):
    assert run_demo(app).exit_code == 0
    starts = [rule.rule for rule in app.url_map.iter_rules() if opens_bare(rule)]
    for staff in [one for one in accounts.all_staff() if one.username in seeds.SIGN_INS]:
        opened = walk(app, sign_in(staff), starts)
        assert opened["live.show"], staff.username
        assert len(opened) >= 12, staff.username
    assert walk(app, phone, ["/", f"/c/{running_event().code}"])["checkin.show"]


def opens_bare(rule):
    return "GET" in rule.methods and not rule.arguments


def walk(app, client, starts):
    """Open the addresses and what they link to, EACH of an endpoint; endpoint → pages opened."""
    waiting, seen, opened = list(starts), set(), Counter()
    routes = app.url_map.bind("localhost")
    while waiting:
        url = waiting.pop(0)
        target = urlsplit(url)
        if url in seen or target.netloc or target.scheme:
            continue
        seen.add(url)
        endpoint, _arguments = routes.match(target.path, "GET")
        if opened[endpoint] >= EACH or endpoint == "static":
            continue
        reply = client.get(url)
        answers = (200, 204, 303, 403, 404, 410) + (401,) * endpoint.startswith("api.")
        assert reply.status_code in answers, f"{url}: {reply.status_code}"
        if endpoint == "venues.door" and reply.status_code == 303:  # straight in
            opened[endpoint] += 1
            waiting.append(reply.location)
            continue
        if reply.status_code not in (200, 204):
            # Only what was not offered on a page may be closed.
            assert url in starts, f"{url} is offered and answers {reply.status_code}"
            continue
        opened[endpoint] += 1
        if reply.mimetype == "text/html":
            links = [to for verb, to in Page(reply.text).requests if verb == "GET"]
            waiting += [urljoin(url, to) for to in links]
    return opened

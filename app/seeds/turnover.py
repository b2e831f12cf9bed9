"""Accounts as years leave them: one asleep, one whose post has ended, one handed over."""

from datetime import timedelta

from app import clock
from app.db import db
from app.domain import staff as accounts
from app.domain.audit import SYSTEM
from app.domain.members import Post
from app.domain.staff import Staff
from app.domain.staff.invitations import links_of
from app.seeds.story import Story

DAY = timedelta(hours=12)  # how long a sign-in lasts
LINK_DAYS = 20
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0"


def come_and_go(story: Story, password: str) -> None:
    """Note what became of three accounts; none of them opens anything the others do not."""
    _fell_asleep(story, password)
    _left_the_post(story, password)
    _handed_over(story, password)


def _fell_asleep(story, password):
    """陆遥 signed in for the last time 130 days ago."""
    story.at(_ago(story, 185), lambda when: _open(story, when, "luyao", "陆遥", password))
    story.at(_ago(story, 130), lambda when: _sign_in(_find("luyao"), when))


def _left_the_post(story, password):
    """A secretary got an account from the roster; three weeks ago another took the post."""
    branch, zhao = story.tree.below(story.tree.streets[2])[1], story.staff["zhao"]

    def invite(when):
        seats = accounts.seats_without_account(branch)
        seat = next(one for one in seats if any(map(accounts.is_secretary, one.titles)))
        (link,) = accounts.open_from_posts(zhao, [seat.code], role="manager", days=LINK_DAYS)
        name = accounts.free_username(seat.person.name) or "tuanzhibu"
        staff = accounts.accept_invitation(link.secret, username=name, password=password)
        _date_account(staff, when)
        story.at(_ago(story, 40), lambda later: _sign_in(staff, later))

    def step_down(when):
        day = clock.local_day(when)
        held = db.session.query(Post).filter_by(org_id=branch.id, title="书记").one()
        deputy = db.session.query(Post).filter_by(org_id=branch.id, title="副书记").one()
        held.to_on = deputy.to_on = day
        db.session.add(
            Post(person_id=deputy.person_id, org_id=branch.id, title="书记", from_on=day)
        )

    story.at(_ago(story, 150), invite)
    story.at(_ago(story, 21), step_down)


def _handed_over(story, password):
    """陈晓 handed her street over to 刘恒, who has been at work since."""
    story.at(_ago(story, 184), lambda when: _open(story, when, "chenxiao", "陈晓", password))
    story.at(_ago(story, 35), lambda when: _sign_in(_find("chenxiao"), when))

    def hand_over(when):
        old = _find("chenxiao")
        link = accounts.start_handover(old, "刘恒", by=old, days=LINK_DAYS)
        heir = accounts.accept_invitation(link.secret, username="liuheng", password=password)
        _date_account(heir, when)
        old.closed_at = when

    story.at(_ago(story, 30), hand_over)
    story.at(_ago(story, 1), lambda when: _sign_in(_find("liuheng"), when))


def _ago(story, days):
    return clock.start_of(story.today - timedelta(days=days)) + timedelta(hours=10)


def _open(story, when, username, name, password):
    street = story.tree.streets[4 if username == "luyao" else 5]
    staff = accounts.add_staff(username, password, name=name, role="manager", org=street, by=SYSTEM)
    staff.created_at = when


def _find(username) -> Staff:
    return db.session.query(Staff).filter_by(username_key=username).one()


def _date_account(staff, when):
    """The verbs write the present: the account and its link are as old as the story has them."""
    staff.created_at = when
    for link in links_of(staff):
        link.made_at = link.used_at = when
        link.expires_at = when + timedelta(days=LINK_DAYS)


def _sign_in(staff, when):
    accounts.start_session(staff, browser=BROWSER, absolute=DAY)
    session = accounts.sessions_of(staff)[0]
    session.created_at = session.seen_at = session.confirmed_at = when
    session.expires_at, staff.last_seen_at = when + DAY, when

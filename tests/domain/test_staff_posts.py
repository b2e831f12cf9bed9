"""Accounts from the roster: whoever holds a post and has none; twice makes nothing twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app import clock
from app.db import db, transaction
from app.domain import members
from app.domain import staff as accounts
from app.domain.members import Post
from app.errors import Forbidden, Invalid

PASSWORD = "芙蓉区委的一个长密码1"


def appoint(person, org, title="书记", *, from_on=None, to_on=None):
    with transaction() as session:
        session.add(
            Post(person_id=person.id, org_id=org.id, title=title, from_on=from_on, to_on=to_on)
        )


@pytest.fixture
def posts(cast, stopped):
    """韩梅 and 林涛 are secretaries, 李雷 a deputy; somebody's term is over."""
    appoint(cast.han, cast.other_branch)
    appoint(cast.lin, cast.class_one, "团支部书记")
    appoint(cast.li, cast.branch, "副书记")
    appoint(cast.wang, cast.school, to_on=clock.today() - timedelta(days=1))
    return cast


def seats(org, titles=None):
    return [(s.person.name, s.org.short_name) for s in accounts.seats_without_account(org, titles)]


def open_all(cast, by=None, **told):
    by = by or cast.zhao
    picks = [seat.code for seat in accounts.seats_without_account(by.org)]
    return accounts.open_from_posts(by, picks, **{"role": "manager", "days": 20} | told)


def test_the_titles_held_today_are_offered_with_the_secretaries_chosen(posts):
    assert accounts.post_titles(posts.district) == [("书记", 1), ("副书记", 1), ("团支部书记", 1)]
    chosen = [
        title for title, _n in accounts.post_titles(posts.district) if accounts.is_secretary(title)
    ]
    assert seats(posts.district, chosen) == [("韩梅", "丰泉古井支部"), ("林涛", "育才一班")]
    assert seats(posts.street) == [("李雷", "浏正街支部"), ("韩梅", "丰泉古井支部")]


def test_opening_twice_makes_nothing_twice(app, posts):
    made = open_all(posts)
    assert [link.staff.name for link in made] == ["李雷", "韩梅", "林涛"]
    assert len({link.secret for link in made}) == 3
    assert open_all(posts) == []
    picks = [f"{posts.han.code}-{posts.other_branch.code}"]
    assert accounts.open_from_posts(posts.zhao, picks, role="manager", days=20) == []


def test_two_districts_at_once_open_each_account_once(app, posts):
    picks = [seat.code for seat in accounts.seats_without_account(posts.district)]
    code = posts.zhao.code

    def open_here(_number):
        with app.app_context():
            by = accounts.find_staff(posts.district, code)
            made = len(accounts.open_from_posts(by, picks, role="manager", days=20))
            db.session.remove()
            return made

    with ThreadPoolExecutor(4) as crowd:
        assert sorted(crowd.map(open_here, range(4))) == [0, 0, 0, 3]


def test_who_holds_two_posts_gets_one_account_at_the_higher(posts):
    appoint(posts.han, posts.street, "委员")
    made = open_all(posts)
    assert [(link.staff.name, link.staff.org) for link in made if link.staff.name == "韩梅"] == [
        ("韩梅", posts.street)
    ]
    assert seats(posts.district) == []


def test_a_post_that_ended_is_seen_and_a_new_holder_offered(posts, stopped):
    open_all(posts)
    account = next(
        r.staff for r in accounts.access_of(posts.other_branch) if r.staff.name == "韩梅"
    )
    assert not accounts.access_of_one(account).post_ended
    with transaction() as session:
        post = session.query(Post).filter_by(person_id=posts.han.id).one()
        post.to_on = clock.today()
    assert accounts.access_of_one(account).is_in("ended")


def test_only_the_own_subtree_and_at_most_the_own_role(posts):
    elsewhere = [f"{posts.lin.code}-{posts.class_one.code}"]
    by = posts.street_manager
    assert accounts.open_from_posts(by, elsewhere, role="manager", days=20) == []
    with pytest.raises(Forbidden):
        open_all(posts, by, role="district")
    with pytest.raises(Forbidden):
        open_all(posts, posts.organizer)
    too_many = [str(n) for n in range(accounts.MOST_AT_ONCE + 1)]
    with pytest.raises(Invalid):
        accounts.open_from_posts(posts.zhao, too_many, role="manager", days=20)
    assert accounts.waiting_in(posts.district) == []


def test_lost_slips_are_made_again_for_whoever_has_not_begun(posts):
    made = open_all(posts)
    accounts.accept_invitation(made[0].secret, username="lilei", password=PASSWORD)
    waiting = [row.staff for row in accounts.waiting_in(posts.district)]
    again = accounts.renew_links(waiting, by=posts.zhao, days=20)
    assert [link.staff.name for link in again] == ["韩梅", "林涛"]
    assert members.find_person_in(posts.district, posts.han.code).name == "韩梅"

"""What kind of activity an event is (活动类型), and the series and campaigns that gather events."""

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from app.db import db, transaction
from app.errors import Invalid
from app.keys import new_code
from app.words import N_

VOLUNTEERING = "志愿服务"  # its events usually count hours
DEFAULT_PROGRAMMES = (
    "宣讲", VOLUNTEERING, "青年汇", "主题教育", "主题团日", "团课", "组织建设", "青年之家活动",
    "12355服务", "培训", "其他",
)  # fmt: skip


class Programme(db.Model):
    """活动类型: a tag; an event may bear several."""

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    ordering: Mapped[int] = mapped_column(default=0)


class Series(db.Model):
    """系列, with a season number where it has one: 青年汇 第二季."""

    __table_args__ = (UniqueConstraint("name", "season"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    season: Mapped[int] = mapped_column(default=0)  # 0: no seasons


class Campaign(db.Model):
    """专项行动: gathers events of many hosts under one theme."""

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)


def programmes() -> list[Programme]:
    """Every programme in its order."""
    return list(db.session.scalars(select(Programme).order_by(Programme.ordering, Programme.id)))


def find_programmes(codes) -> list[Programme]:
    """The programmes of these codes; raises Invalid for one that does not exist."""
    found = list(db.session.scalars(select(Programme).where(Programme.code.in_(list(codes)))))
    if len(found) != len(set(codes)):
        raise Invalid(N_("没有这种活动类型。"), field="programmes")
    return found


def programme_named(name: str) -> Programme:
    """The programme of this name, made when missing."""
    with transaction() as session:
        found = session.scalar(select(Programme).where(Programme.name == name))
        if found is None:
            if not 1 <= len(name.strip()) <= 40:
                raise Invalid(N_("活动类型要有 1 到 40 个字。"), field="name")
            found = Programme(code=new_code(), name=name.strip(), ordering=len(programmes()))
            session.add(found)
            session.flush()
    return found


def add_default_programmes() -> None:
    """The usual programmes of a district; does nothing to those that exist."""
    with transaction():
        for name in DEFAULT_PROGRAMMES:
            programme_named(name)


def all_series() -> list[Series]:
    """Every series and season, by name."""
    return list(db.session.scalars(select(Series).order_by(Series.name, Series.season)))


def all_campaigns() -> list[Campaign]:
    """Every campaign, by name."""
    return list(db.session.scalars(select(Campaign).order_by(Campaign.name, Campaign.id)))


def campaign_named(name: str) -> Campaign:
    """The campaign of this name, made when missing. Raises Invalid."""
    with transaction() as session:
        if not 1 <= len(name) <= 60:
            raise Invalid(N_("主题要有 1 到 60 个字。"), field="campaign")
        found = session.scalar(select(Campaign).where(Campaign.name == name))
        if found is None:
            found = Campaign(code=new_code(), name=name)
            session.add(found)
            session.flush()
    return found


def series_named(name: str, season: int = 0) -> Series:
    """The series of this name and season, made when missing. Raises Invalid."""
    with transaction() as session:
        if not 1 <= len(name) <= 40:
            raise Invalid(N_("品牌活动的名称要有 1 到 40 个字。"), field="series")
        found = session.scalar(select(Series).where(Series.name == name, Series.season == season))
        if found is None:
            found = Series(code=new_code(), name=name, season=season)
            session.add(found)
            session.flush()
    return found

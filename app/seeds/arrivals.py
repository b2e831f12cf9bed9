"""Who came: rows of check-ins written in one go, with doubts, undone ones, guests and leave."""

from datetime import datetime, timedelta

from app import keys
from app.db import db
from app.domain import audit
from app.domain.checkins import CheckIn
from app.domain.devices import Device
from app.domain.events import Occurrence
from app.domain.leaves import KINDS, Leave
from app.domain.orgs import Org
from app.seeds import words
from app.seeds.people import Member
from app.seeds.story import Story

LEAVE_REASONS = {"personal": "家中有事", "sick": "感冒发烧", "official": "单位值班"}
CONSENT = "2026-11"


class Register:
    """The check-ins of one occurrence; `write` puts them into the database and the trail."""

    def __init__(self, story: Story, occurrence: Occurrence):
        self.story, self.rng, self.occurrence = story, story.rng, occurrence
        self.by, self.rows, self.codes = story.secretary_of(occurrence.event.host), [], {}

    def add(self, person, at: datetime, *, org_id=None, standing=None, chosen=None, how="poster",
            role="audience", reasons=(), **columns) -> dict:  # fmt: skip
        """One row: org_id and standing are the roster's of that day, None for a guest."""
        day, by_hand = self.occurrence.starts_on, how in ("tick", "paper")
        chosen = chosen if chosen is not None else org_id
        row = {
            **dict.fromkeys(OPTIONAL), "code": self.story.next_code(), "corrections": 0,
            "occurrence_id": self.occurrence.id, "person_id": person.id,
            "line_id": self.story.lines.on(org_id if org_id is not None else chosen, day),
            "standing": standing, "chosen_org_id": None if by_hand else chosen, "role": role,
            "how": how, "actor_kind": "staff" if by_hand else "phone",
            "actor_id": self.by.id if by_hand else None,
            "source": f"staff:{self.by.id}" if by_hand else "phone:0", "received_at": at,
            "checked_in_at": at, "consent_version": "" if by_hand else CONSENT,
            "typed_name_key": person.name_key, "typed_phone_hash": person.phone_hash,
            "typed_tail": person.phone_tail, "review": "open" if reasons else "none",
            "review_reasons": ",".join(reasons), "void_reason": "",
        }  # fmt: skip
        row.update(columns)
        self.rows.append(row)
        self.codes[row["code"]] = person.code
        return row

    def come(self, members: list[Member], arrivals: list[datetime], *, role="audience") -> None:
        """Members of the roster arrive; one in ten is written down by staff."""
        for member, at in zip(members, arrivals, strict=True):
            chance = self.rng.random()
            how = "tick" if chance < 0.05 else "paper" if chance < 0.08 else "poster"
            late = how == "paper" and at > self.occurrence.starts_at + timedelta(minutes=30)
            self.add(
                member.person, at, org_id=member.org_id, standing=member.standing, how=how,
                role=role, reasons=("late",) if late else (),
            )  # fmt: skip

    def guests(self, people, arrivals, *, orgs=()) -> None:
        """People of no branch; with orgs given they say they belong to one."""
        for person, at in zip(people, arrivals, strict=True):
            self.add(person, at, chosen=self.rng.choice(orgs).id if orgs else None)

    def doubt(self, suspects: list[Member], arrivals) -> None:
        """Somebody typed a member's name with another number: a guest until staff have looked."""
        for member, at in zip(suspects, arrivals, strict=True):
            person = self.story.census.person(member.person.name, number=False)
            person.guest_key = keys.match_key("guest", f"{person.name_key}|{person.phone_hash}")
            db.session.add(person)
            db.session.flush()
            self.add(
                person, at, chosen=member.org_id, reasons=("identity",),
                suspected_person_id=member.person.id,
            )  # fmt: skip

    def mistake(self, members: list[Member], chosen: Org, arrivals) -> None:
        """They chose another branch than the roster's."""
        for member, at in zip(members, arrivals, strict=True):
            self.add(
                member.person, at, org_id=member.org_id, standing=member.standing,
                chosen=chosen.id, reasons=("other_branch",),
            )  # fmt: skip

    def share_a_phone(self, members: list[Member], arrivals) -> None:
        """One phone goes round: every row after its first is doubted."""
        device = Device(
            token_hash=keys.token_hash(keys.token()), made_at=arrivals[0], seen_at=arrivals[-1]
        )
        db.session.add(device)
        db.session.flush()
        for number, (member, at) in enumerate(zip(members, arrivals, strict=True)):
            self.add(
                member.person, at, org_id=member.org_id, standing=member.standing,
                reasons=("shared_device",) if number else (), device_id=device.id,
                actor_id=device.id, source=f"phone:{device.id}",
            )  # fmt: skip

    def accept(self, how_many: int, at: datetime) -> None:
        """Staff have looked at the first doubts and found them right."""
        doubts = [row for row in self.rows if row["review"] == "open"]
        for row in doubts[:how_many]:
            row.update(review="accepted", reviewed_at=at, reviewed_by_id=self.by.id)

    def undo(self, how_many: int, at: datetime) -> None:
        """Staff undo a few plain rows, with a reason."""
        plain = [row for row in self.rows if row["review"] == "none"]
        for row in self.rng.sample(plain, min(how_many, len(plain))):
            row.update(
                voided_at=at, voided_by_kind="staff", voided_by_id=self.by.id,
                void_reason=self.rng.choice(words.VOID_REASONS),
            )  # fmt: skip

    def grant(self, minutes: int) -> None:
        """认定时长 of everybody whose row stands."""
        for row in self.rows:
            if row["voided_at"] is None:
                row.update(
                    granted_minutes=minutes, granted_by_id=self.by.id,
                    granted_at=self.occurrence.ends_at,
                )  # fmt: skip

    def excuse(self, members: list[Member]) -> None:
        """They asked for leave the day before."""
        for member in members:
            kind = self.rng.choice(list(KINDS))
            db.session.add(
                Leave(
                    occurrence_id=self.occurrence.id, person_id=member.person.id, kind=kind,
                    reason=LEAVE_REASONS[kind], noted_by_id=self.by.id,
                    noted_at=self.occurrence.starts_at - timedelta(hours=20),
                )
            )  # fmt: skip

    def write(self) -> None:
        """Put the rows down; what staff did stands in the trail at its own time."""
        if self.rows:
            db.session.execute(CheckIn.__table__.insert(), self.rows)
        sitting = {"occurrence": self.occurrence.code}
        for row in self.rows:
            if row["how"] == "tick":
                self._say(row["checked_in_at"], "ticked", row, **sitting)
            if row["voided_at"] is not None:
                reason = row["void_reason"]
                self._say(row["voided_at"], "checkin_voided", row, **sitting, reason=reason)
            if row["review"] == "accepted":
                self._say(row["reviewed_at"], "review_kept", row, reasons=row["review_reasons"])

    def _say(self, at, act, row, **facts):
        event = self.occurrence.event
        line = {
            "by": self.by.actor, "org_id": event.host_id, "subject": f"event:{event.id}",
            "event": event.title, "person": self.codes[row["code"]], **facts,
        }  # fmt: skip
        self.story.at(at, lambda _at: audit.record(act, **line))


# What a row has only sometimes.
OPTIONAL = tuple(column.name for column in CheckIn.__table__.columns if column.nullable)

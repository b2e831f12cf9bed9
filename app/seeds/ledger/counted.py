"""What a ledger counts without a sitting: reported figures, services, new venues, honours."""

from app.domain import programmes, services
from app.domain.honours import Honour
from app.domain.services import ServiceRecord
from app.domain.tallies import ManualTally
from app.domain.venues import Venue
from app.seeds.ledger.ground import Ground
from app.seeds.ledger.reading import LEVELS, Row

COLLECTIVES = (
    "文明号",
    "集体",
    "组织",
    "支部",
    "团委",
    "红旗",
)  # so end titles that no person bears


def count_alone(ground: Ground, row: Row) -> None:
    """Write one row down as what it is."""
    ALONE[row.way](ground, row)


def tally(ground: Ground, row: Row, unit: str, **of) -> None:
    """A reported figure of the row's day; `of` an occurrence or a programme."""
    ground.session.add(
        ManualTally(
            unit=unit, number=row.number, from_on=row.on, to_on=row.on, evidence=row.note,
            note="" if "occurrence_id" in of else row.title, **of, **ground.made(row, "T"),
        )
    )  # fmt: skip


def _report(ground, row):
    tally(ground, row, row.role, programme_id=programmes.programme_named(row.programme).id)


def _serve(ground, row):
    kinds = {words: key for key, words in services.KINDS.items()}
    ground.session.add(
        ServiceRecord(
            kind=kinds.get(row.role, "other"), served_on=row.on, number=row.number,
            note=row.title if row.role in kinds else row.role, **ground.made(row, "F"),
        )
    )  # fmt: skip


def _open(ground, row):
    """One venue bears the row's title; several are numbered."""
    for number in range(row.number):
        name = row.title[:50] if row.number == 1 else f"{row.title[:50]}（{number + 1}）"
        ground.session.add(
            Venue(
                code=ground.code("QN"), level=LEVELS[row.way][row.role], name=name,
                address=row.place, org_id=ground.root.id, opened_on=row.on,
                opened_line_id=ground.story.lines.on(ground.root.id, row.on),
            )
        )  # fmt: skip
    ground.session.flush()


def _honour(ground, row):
    is_collective = row.title.endswith(COLLECTIVES)
    for name, told in (_collectives if is_collective else _persons)(ground, row):
        ground.session.add(
            Honour(
                title=row.title[:40], level=LEVELS[row.way][row.role], year=row.on.year,
                granted_on=row.on, is_collective=is_collective, recipient=name,
                evidence=row.note, **(ground.made(row, "Y") | told),
            )
        )  # fmt: skip


def _collectives(ground, row):
    there = ground.orgs_on(row.on)
    chosen = [there[number % len(there)] for number in range(1, row.number + 1)]
    return [(org.full_name[:60], {"line_id": ground.line(org, row.on)}) for org in chosen]


def _persons(ground, row):
    return [
        (one.person.name, {"person_id": one.person.id, "line_id": ground.story.lines.on(one.org_id, row.on)})
        for one in ground.people(row.on, row.number)
    ]  # fmt: skip


ALONE = {"填报": _report, "服务记录": _serve, "新建": _open, "表彰": _honour}

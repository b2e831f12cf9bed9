"""A list that somebody imported: it is in the history, with its result and the way back."""

from datetime import timedelta

from app import clock
from app.domain import rosters
from app.domain.sheets import PEOPLE, PersonRow
from app.seeds.held import days_ago
from app.seeds.story import Story

POSTS = ("组织委员", "宣传委员", "文体委员")


def import_a_list(story: Story) -> None:
    """周宁 brings the birth months and posts of a branch up to date; two lines are not taken. Nobody
    is new or leaves, so every figure stays what the story says. It is one of the last acts: an import
    drops all rows the session knows, and to read them again one by one takes long."""
    at = clock.start_of(days_ago(story, 1)) + timedelta(hours=10, minutes=12)
    story.at(at, lambda when: _apply(story, when))


def _apply(story, when):
    street, zhou = story.tree.street, story.staff["zhou"]
    branch = story.tree.below(street)[2]
    rows = [
        PersonRow(
            line, member.person.name, admission_number=member.person.admission_number,
            branch=branch.full_name, birth_month=f"{1998 + line % 7}-{line % 12 + 1:02d}",
            post=POSTS[line - 2] if line - 2 < len(POSTS) else None,
        )
        for line, member in enumerate(story.members_of(branch)[4:16], 2)
        if member.person.admission_number
    ]  # fmt: skip
    rows.append(PersonRow(20, "谢晚晴", branch="荷塘街道东塘团支部"))
    rows.append(PersonRow(21, None, branch=branch.full_name, problems=("缺姓名",)))
    rosters.apply_rows(PEOPLE, rows, scope=street, by=zhou.actor, filename="第三支部名册核对.xlsx")
    file = rosters.files_in(street, limit=1)[0].file
    file.made_at = file.applied_at = when

"""The ways an import is refused."""

from app.errors import Conflict, Gone, Invalid, Refusal
from app.words import N_


class PlanChanged(Conflict):
    """The roster or the day changed since the plan was shown; `plan` is the new one."""

    words = N_("名册在你看方案的时候有了变化，什么都没有改动。下面是新的方案，请再看一遍。")

    def __init__(self, plan):
        super().__init__()
        self.plan = plan


class NotTyped(Invalid):
    """More than a tenth would leave, and the number was not typed, or is another."""

    field = "leaving"
    words = N_(
        "这些支部现有 %(members)s 人，名单里没有其中 %(absent)s 人，超过一成。"
        "如果他们确实都要离开，请写上 %(absent)s。"
    )


class BadDay(Invalid):
    field = "as_of"
    words = N_("变动日不能晚于今天。")


class NoTree(Refusal):
    code = "no_tree"
    words = N_("还没有组织树。请先导入组织表，再导入团员名单。")


class DraftGone(Gone):
    words = N_("这份方案已经作废（放了七天以上，或已经执行、放弃）。请重新上传文件。")


class TooLarge(Refusal):
    code, status, field = "too_large", 413, "file"
    words = N_(
        "文件太大了，最多 %(megabytes)s MB。请删去图片和用不到的列，或按支部分成几个文件再传。"
    )


class FileAgain(Invalid):
    field = "file"
    words = N_("要换着读的列没有保存下来，请把同一个文件再选一次。")

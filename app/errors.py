"""The ways the product says no: a stable code, a status, the words, and the way out."""

from app.words import N_


class Refusal(Exception):
    """Raised by a verb or a question that cannot be granted.

    `code` is stable for machines, `status` is the HTTP status, `words` is the
    Chinese sentence (a catalogue key with %(name)s places), `facts` fill it.
    `field` names the form field it is about, when it is about one.
    """

    code, status, words, field = "refused", 422, N_("无法完成这一步。"), None

    def __init__(self, words=None, *, field=None, **facts):
        if words is not None:
            self.words = words
        if field is not None:
            self.field = field
        self.facts = facts
        super().__init__(self.plain())

    def plain(self) -> str:
        """The Chinese sentence with its facts, for logs and the command line."""
        return self.words % self.facts if self.facts else self.words


class NotFound(Refusal):
    """It does not exist, or it is not the asker's to see: the two look alike."""

    code, status, words = "not_found", 404, N_("没有找到。网址可能写错了，也可能不归你的单位管。")


class Forbidden(Refusal):
    """The thing is in the asker's scope, but the role is too low."""

    code, status, words = (
        "forbidden",
        403,
        N_("你的角色不能做这一步。请找本单位的书记或上级管理员。"),
    )


class Conflict(Refusal):
    """It is already so, or somebody was faster."""

    code, status, words = "conflict", 409, N_("已经是这样了，刷新后再看。")


class Gone(Refusal):
    """What was valid once has expired."""

    code, status, words = "gone", 410, N_("这个链接已经用过或过期了，请重新要一个。")


class Invalid(Refusal):
    """A field holds something that cannot be taken."""

    code, status, words = "invalid", 422, N_("有一处要改。")


class TooMany(Refusal):
    """Too many tries in too short a time."""

    code, status, words = "too_many", 429, N_("试得太频繁了，请等 %(minutes)s 分钟再试。")

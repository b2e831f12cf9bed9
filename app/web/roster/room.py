"""The room's blueprint, what its pages share, and who may send it large files."""

from flask import Blueprint, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, TextAreaField
from wtforms.validators import ValidationError

from app.domain import orgs, rosters
from app.web import guards
from app.web.forms import Form, choices

bp = Blueprint("roster", __name__, url_prefix="/roster")

MEGABYTES = 8
AROUND = 64 * 1024  # the form that carries the file
ON_PAGE = 200  # lines of one list
FIRST = 6  # lines of a list on the page of the plan
TITLES = {
    "new": _l("新增"), "changed": _l("更正"), "moved": _l("调动"), "absent": _l("名单上没有的人"),
    "ambiguous": _l("分不清是谁"), "unknown_branch": _l("支部名对不上"), "broken": _l("读不了的行"),
    "possibly_under_14": _l("可能未满 14 周岁"), "noted": _l("有一格没有读进来"),
}  # fmt: skip


PASTED = 512 * 1024  # sixty thousand characters, as a form without files sends them
CARRIERS = ("roster.create", "roster.columns")


class UploadForm(Form):
    file = FileField(_l("文件"), [FileRequired(_l("请选一个文件。"))])


def printable(text):
    """The text as it was pasted, without what a page chokes on: tabs and line ends say where cells
    are, also at its beginning."""
    return "".join(c for c in text or "" if c >= " " or c in "\t\n\r")


def chosen(_form, field):
    """Something has to be chosen; without the mark `required`, which wants an empty first choice."""
    if not field.data:
        raise ValidationError(_("这一项要填。"))


class PasteForm(Form):
    text = TextAreaField(_l("名单"), filters=[printable])
    branch = SelectField(_l("加到哪个支部"), [chosen])

    def offer(self, scope):
        """Offer the open branches of a scope; the only one there is is chosen already."""
        found = orgs.subtree_of(scope, open_only=True)
        self.branch.choices = choices({org.code: org.full_name for org in found})
        if len(found) > 1:
            self.branch.choices = [*choices({"": _l("请选支部")}), *self.branch.choices]
        return self


@bp.url_value_preprocessor
def allow_a_file(endpoint, _values):
    """Let those who may import send 8 MB; this runs before the token is looked for in the form."""
    if endpoint not in (*CARRIERS, "roster.paste"):
        return
    guards.load_staff()
    staff = guards.staff_or_none()
    if staff is None or not staff.may("manager"):
        return
    if endpoint == "roster.paste":
        request.max_content_length = request.max_form_memory_size = PASTED
    else:
        request.max_content_length = MEGABYTES * 2**20 + AROUND
        if (request.content_length or 0) > request.max_content_length:
            raise rosters.TooLarge(megabytes=MEGABYTES)


def file_of(code: str):
    """The file of a code in my scope; NotFound outside."""
    return rosters.find_file_in(guards.my_org(), code)

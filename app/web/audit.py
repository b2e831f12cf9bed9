"""The trail inside my subtree: who did what, newest first."""

from datetime import datetime

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import Optional

from app.domain import audit, staff, trail
from app.web import filters, guards
from app.web.forms import DayField, Form, choices, line, strip

bp = Blueprint("audit", __name__, url_prefix="/audit")

PAGE = 50
BIGGEST = 2**31 - 1
FACTS = {
    "org": _l("组织"), "parent": _l("上级"), "before": _l("原来"), "after": _l("现在"),
    "on": _l("从"), "staff": _l("账号"), "role": _l("角色"), "changes": _l("改了"),
    "count": _l("台数"), "file": _l("文件"), "new": _l("新增"), "changed": _l("改动"),
    "moved": _l("转移"), "left": _l("离开"), "day": _l("日期"), "event": _l("活动"),
    "occurrence": _l("场次码"), "reason": _l("原因"), "reasons": _l("存疑"), "leave": _l("请假"), "substitute": _l("代会"), "role_before": _l("原来的角色"), "role_after": _l("现在的角色"), "until": _l("到"),
    "person": _l("人员编号"), "what": _l("内容"), "rows": _l("条数"), "venue": _l("青年之家"),
    "kind": _l("更正"), "correction": _l("更正编号"), "one": _l("一个人"), "other": _l("另一个人"), "twin": _l("另一个活动"),
    "how": _l("方式"), "size_bytes": _l("大小"), "made_at": _l("备份时间"),
    "successor": _l("接任的人"), "people": _l("人数"),
    "step": _l("步骤"), "mode": _l("怎样打开"), "address": _l("网址"),
    "minutes": _l("认定分钟"), "proposed": _l("建议分钟"),
    "number": _l("个数"), "refusal": _l("本来不行"),
    "scanner": _l("扫码枪"), "unit": _l("计量单位"), "service": _l("服务"), "honour": _l("荣誉"),
    "sentence": _l("句子"), "language": _l("语言"), "place": _l("第几句"),
    "issue": _l("期"), "original": _l("原件存放处"), "row": _l("行"),
    "period": _l("时间段"), "report": _l("定稿编号"), "digest": _l("校验码"), "unsigned": _l("还没定稿的单位"),
    "seed": _l("种子"), "sample": _l("抽样编号"),
    "here": _l("在"), "desk": _l("签到台"), "away": _l("不在"),
}  # fmt: skip
# Facts that are codes of a family of words.
FAMILIES = {
    "role": "role", "role_before": "checkin_role", "role_after": "checkin_role",
    "kind": "correction", "how": "backup_how", "leave": "leave", "service": "service",
}  # fmt: skip
MODES = {"public": _l("公网网址"), "wifi": _l("仅会场 Wi-Fi"), "trial": _l("仅本机试用")}
REFUSALS = {"too_early": _l("还没开始签到"), "too_late": _l("签到已停止"), "full": _l("名额已满")}
FIELDS = {
    "name": _l("姓名"), "phone": _l("手机号"), "admission_number": _l("发展团员编号"),
    "birth_month": _l("出生年月"), "title": _l("名称"), "host": _l("主办"), "place": _l("地点"),
    "starts_at": _l("开始"), "ends_at": _l("结束"), "opens_at": _l("签到开始"),
    "closes_at": _l("签到结束"), "invited": _l("邀请"), "programmes": _l("活动类型"),
    "capacity": _l("名额"), "capacity_binds": _l("名额满了就不收"), "walk_ins": _l("允许来宾"),
    "rotates": _l("动态码"), "is_public": _l("公开"), "after_words": _l("签到后的话"), "series": _l("品牌活动"),
    "campaign": _l("主题"), "venue": _l("青年之家"), "org": _l("组织"), "role": _l("角色"),
    "checks_out": _l("要签退"), "usual_role": _l("来的人算什么"), "level": _l("级别"), "address": _l("地址"),
    "opened_on": _l("启用日"), "unit": _l("计量单位"), "number": _l("个数"), "from_on": _l("从"), "to_on": _l("到"),
    "evidence": _l("出处"), "link": _l("网址"), "note": _l("说明"), "service": _l("服务"), "served_on": _l("日期"),
    "org_kind": _l("类别"), "domain": _l("领域"), "lines": _l("改正的时段"), "opener": _l("启用时归哪个组织"),
    "channel": _l("方式"), "year": _l("年度"), "granted_on": _l("颁发日"), "recipient": _l("得奖的"),
}  # fmt: skip


class FindForm(Form):
    """What narrows the trail."""

    class Meta:
        csrf = False

    event = line(_l("活动名称或活动码"), 80)
    person = line(_l("说的是谁"), 60)
    kind = SelectField(_l("谁做的"), validate_choice=False)
    actor = line(_l("做的人的名字"), 40)
    act = SelectField(_l("做了什么"), validate_choice=False)
    from_on = DayField(_l("从"), [Optional()])
    to_on = DayField(_l("到"), [Optional()])

    @property
    def asked(self) -> dict:
        """What was asked for and understood."""
        told = {field.name: field.data for field in self}
        told |= {"act": told["act"] if told["act"] in audit.ACTS else ""}
        told |= {"kind": told["kind"] if told["kind"] in audit.ACTORS else ""}
        return {name: value for name, value in told.items() if value and not self[name].errors}


@bp.get("")
@guards.role("manager", or_auditor=True)
def index():
    form, account = _form(), _account(strip(request.args.get("by")))
    form.validate()
    before = request.args.get("before", type=int)
    before = min(max(before, 0), BIGGEST) if before is not None else None
    may_name = guards.me().may("manager")
    wanted = trail.Asked(**form.asked, by=account, may_name=may_name)
    found = trail.lines_of(guards.my_org(), wanted, before=before, limit=PAGE + 1)
    return render_template(
        "audit/index.html", entries=found[:PAGE], more=len(found) > PAGE, form=form,
        account=account, spoken=spoken, is_older=before is not None, may_name=may_name,
        asked=form.asked | ({"by": account.code} if account else {}),
    )  # fmt: skip


def _form():
    form = FindForm(request.args)
    words = [(name, filters.word(name, "act")) for name in audit.ACTS]
    form.act.choices = choices([("", _l("全部")), *words])
    kinds = [(name, filters.word(name, "actor")) for name in audit.ACTORS]
    form.kind.choices = choices([("", _l("全部")), *kinds])
    return form


def _account(code):
    """The account whose doings are asked for; outside my subtree it does not exist."""
    return staff.find_staff(guards.my_org(), code) if code else None


def spoken(facts: dict) -> list[tuple[str, str]]:
    """The facts of an entry as (label, words), empty ones left out."""
    return [
        (str(FACTS.get(name, name)), words)
        for name, value in facts.items()
        if (words := _words(name, value))
    ]


def _words(name, value):
    if name in FAMILIES:
        return filters.word(value, FAMILIES[name])
    if name == "size_bytes":
        return filters.size(value)
    if name == "made_at":
        return filters.stamp(datetime.fromisoformat(value))
    if name in ("mode", "refusal"):
        return str((MODES | REFUSALS).get(value, value))
    if name == "reasons":
        parts = value.split(",") if isinstance(value, str) else value or ()
        return ", ".join(filters.word(part, "reason") for part in parts if part)
    if name == "changes" and isinstance(value, dict):
        return "; ".join(_change(field, pair) for field, pair in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(str(FIELDS.get(part, part)) for part in value)
    return "" if value is None else str(value)


def _change(field, pair):
    label = str(FIELDS.get(field, field))
    if isinstance(pair, list | tuple) and len(pair) == 2:
        return f"{label} {_plain(pair[0])} → {_plain(pair[1])}"
    return label


def _plain(value):
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value) or filters.DASH
    return filters.DASH if value is None or value == "" else str(value)

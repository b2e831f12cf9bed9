"""One box over everything: pages, people, branches and events of my scope.

The words stand in the address, so a page can be sent and reloaded; the server keeps no access log,
and the sample of deploy/nginx.conf writes none of a query down.
"""

from dataclasses import dataclass

from flask import Blueprint, current_app, render_template, request
from flask_babel import lazy_gettext as _l

from app.domain import search
from app.web import guards
from app.web.forms import strip

bp = Blueprint("search", __name__, url_prefix="/search")

# (endpoint, name, what else people call it). A page nobody made yet, or that the role may not
# open, is not found.
PAGES = (
    ("home.index", _l("今天"), _l("首页 主页 待办")),
    ("events.new", _l("新建活动"), _l("办活动 发起签到 新增活动")),
    ("events.index", _l("活动"), _l("场次 签到 活动列表 草稿")),
    ("reviews.index", _l("待核对"), _l("核对 审核 待审 存疑")),
    ("reports.index", _l("报表"), _l("统计 汇总 导出 人次 人数 半年总结")),
    ("orgs.index", _l("组织"), _l("支部 组织树 团支部 团委")),
    ("venues.index", _l("青年之家"), _l("场地 门口码 固定码")),
    ("people.index", _l("人员"), _l("团员 名册 花名册 查人")),
    ("roster.new", _l("导入"), _l("花名册 名册 上传 表格 Excel")),
    ("staff.index", _l("账号"), _l("用户 书记账号 邀请 开通链接 权限")),
    ("corrections.index", _l("更正"), _l("合并 拆开 重复的人 补录 改主办")),
    ("reach.index", _l("手机能不能打开"), _l("测试 网址 扫不了 Wi-Fi")),
    ("backups.index", _l("备份"), _l("下载备份 恢复")),
    ("audit.index", _l("留痕"), _l("日志 操作记录 审计")),
    ("account.show", _l("我的账号"), _l("密码 改密码 退出 登录 语言")),
    ("privacy.show", _l("个人信息怎么用"), _l("隐私 告知 个人信息")),
)  # fmt: skip


@dataclass(frozen=True)
class PageHit:
    """A page by its name."""

    endpoint: str
    name: str
    fit: int


@bp.get("")
@guards.role("auditor")
def index():
    return render_template("search/index.html", **_found())


@bp.get("/results")
@guards.role("auditor")
def results():
    return render_template("search/_results.html", **_found())


def _found():
    asked = search.Asked.read(strip(request.args.get("q")))
    return {
        "searched": asked,
        "pages": _pages(asked),
        "found": search.search(guards.me(), asked),
    }


def _pages(asked):
    hits = [
        PageHit(endpoint, str(name), fit)
        for endpoint, name, others in PAGES
        if _may_open(endpoint)
        and (fit := search.fit_of(asked, [str(name), *str(others).split()])) is not None
    ]
    return sorted(hits, key=lambda hit: hit.fit)[: search.MOST]


def _may_open(endpoint):
    """Whether this page is there for the signed-in staff, by the mark its view bears."""
    guard = getattr(current_app.view_functions.get(endpoint), "guard", "role:nobody")
    if guard == "public":
        return True
    lowest, _plus, auditor = guard.removeprefix("role:").partition("+")
    staff = guards.me()
    return lowest != "nobody" and (staff.may(lowest) or (auditor and staff.role == "auditor"))

"""How the product says no: one page, one fragment, in words, with the way out."""

import logging

from flask import current_app, g, jsonify, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.errors import NotFound, Refusal
from app.web.headers import is_api

log = logging.getLogger("app.web")

TITLES = {
    400: _l("这个请求看不懂"), 401: _l("请先登录"), 403: _l("权限不够"), 404: _l("没有找到这一页"),
    405: _l("这一页不能这样打开"), 409: _l("和现在的情况对不上"), 410: _l("已经过期"),
    413: _l("内容太大了"), 415: _l("这种内容收不了"), 422: _l("有一处要改"), 429: _l("太频繁了"),
    500: _l("程序出错了"), 503: _l("暂时没有反应"),
}  # fmt: skip
WORDS = {
    400: _l("网址或表单不完整。退回上一页刷新后再试。"),
    403: _l("这个请求像是从别的网站发来的，没有执行。请从本站页面再试。"),
    404: NotFound.words,
    405: _l("从首页或上一页重新进入就可以了。"),
    413: _l("上传的文件或填写的内容超过了上限。"),
    429: _l("请等几分钟再试。"),
    500: _l("已经记下来了，没有保存任何半截内容。请再试一次，还不行就把编号告诉管理员。"),
    503: _l("数据库暂时连不上，刚才的操作没有保存。几秒后再试。"),
}
# What a machine is told where no Refusal of the domain says it.
CODES = {
    403: "forbidden", 404: "not_found", 405: "method_not_allowed", 413: "too_large",
    415: "unsupported_media_type", 429: "too_many", 500: "internal_error", 503: "unavailable",
}  # fmt: skip


def init_app(app, unavailable=()):
    """Register one handler for each way of failing."""
    app.register_error_handler(Refusal, show_refusal)
    app.register_error_handler(CSRFError, show_stale_form)
    app.register_error_handler(HTTPException, show_http)
    app.register_error_handler(Exception, show_bug)
    for kind in unavailable:
        app.register_error_handler(kind, show_unavailable)
    app.jinja_env.globals["words_of"] = words_of


def words_of(refusal: Refusal) -> str:
    """The refusal's sentence in the reader's language, with its facts."""
    return _(refusal.words, **refusal.facts) if refusal.facts else _(refusal.words)


def show_refusal(refusal):
    """A Refusal of the domain that no view caught."""
    return _page(refusal.status, words_of(refusal), refusal.code, refusal.field)


def show_stale_form(_error):
    """A POST without a good CSRF token: usually a page left open for days."""
    return _page(400, _("这一页放得太久了，或浏览器没有保存 Cookie。退回上一页刷新后再提交。"))


def show_http(error):
    """What Flask and Werkzeug raise themselves."""
    if error.code is not None and error.code < 400:
        return error
    status = error.code or 500
    page = _page(status, str(WORDS.get(status, WORDS[400])))
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        page[2]["Allow"] = ", ".join(allowed)
    return page


def show_bug(error):
    """A bug: say so plainly, with a number the log carries too."""
    log.error("request %s failed: %s", g.get("request_id"), _logged_path(), exc_info=error)
    return _page(500, str(WORDS[500]))


def show_unavailable(error):
    """The database is out of reach: try again soon."""
    log.error("request %s: database: %s", g.get("request_id"), type(error.orig).__name__)
    body, status, extra = _page(503, str(WORDS[503]))
    return body, status, {**extra, "Retry-After": "5"}


def _logged_path():
    """The path for the log; where a secret stands in it, the rule instead."""
    view = current_app.view_functions.get(request.endpoint)
    return str(request.url_rule) if getattr(view, "guard", "") == "token" else request.path


def _page(status, words, code="", field=None):
    if is_api():
        error = {"code": code or CODES.get(status, "bad_request"), "message": words, "field": field}
        return jsonify(error=error, request_id=g.get("request_id", "")), status, {}
    title = str(TITLES.get(status, TITLES[400]))
    facts = {"title": title, "words": words, "status": status, "request_id": g.get("request_id")}
    if request.headers.get("HX-Request") == "true":
        where = {"HX-Retarget": "#refusal", "HX-Reswap": "outerHTML"}
        return render_template("_refusal.html", **facts), status, where
    return render_template("refusal.html", **facts), status, {}

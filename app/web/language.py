"""Which language a reader gets: staff choose, phones follow the browser, one click changes it."""

from urllib.parse import urlencode

from flask import current_app, g, request, session
from flask_babel import Babel, get_locale

from app.web.headers import is_api

LOCALES = {"zh": "zh_Hans_CN", "en": "en"}


def init_app(app):
    """Install the catalogue and the template globals."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", LOCALES[app.extensions["settings"].language])
    Babel(app, locale_selector=choose)
    app.before_request(remember)
    app.jinja_env.globals.update(html_lang=html_lang, other_language=other_language)


def choose() -> str:
    """Babel's locale: the staff's choice, else this browser's click, else Accept-Language."""
    if not is_api() and (chosen := _chosen()) in LOCALES:
        return LOCALES[chosen]
    for tag, _quality in request.accept_languages:
        name = tag.lower().replace("_", "-").split("-")[0]
        if name in LOCALES:
            return LOCALES[name]
    return current_app.config["BABEL_DEFAULT_LOCALE"]


def _chosen():
    staff = g.get("staff")
    return (staff.language if staff else "") or session.get("lang")


def remember():
    """?lang=en or ?lang=zh is kept in this browser."""
    wanted = request.args.get("lang")
    if wanted in LOCALES and not is_api():
        session["lang"] = wanted
        session.permanent = True


def html_lang() -> str:
    """The value of <html lang>."""
    return "en" if str(get_locale()).startswith("en") else "zh-CN"


def other_language() -> tuple[str, str, str]:
    """(address of this page in the other language, its lang tag, its name)."""
    code, tag, name = ("zh", "zh-CN", "中文") if html_lang() == "en" else ("en", "en", "English")
    args = {k: v for k, v in request.args.items() if k != "lang"} | {"lang": code}
    path = request.script_root + _safe_path()
    return f"{path}?{urlencode(args)}", tag, name


def _safe_path():
    """The page to come back to: the same address where it can be opened, else the front door."""
    rules = current_app.url_map.bind("").allowed_methods(request.path)
    return request.path if "GET" in rules else "/"

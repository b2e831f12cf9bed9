"""Templates: no inline script or style, every word through the catalogue, fragments by name."""

import re

import pytest
from jinja2 import Environment, StrictUndefined, nodes

from tests.house.sources import APP, TEMPLATES, name_of

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
TRANSLATORS = {"_", "gettext", "ngettext", "pgettext", "N_"}
# A language is called by its own name in every language.
OWN_NAMES = re.compile(r">\s*(简体)?中文\s*<")
FORBIDDEN = {
    "an inline style": re.compile(r"\sstyle\s*=|<style\b", re.I),
    "an inline script": re.compile(r"<script\b(?![^>]*\ssrc\s*=)", re.I),
    "an inline handler": re.compile(r"<[^>]*\s(on[a-z]+|hx-on[a-z:-]*)\s*=", re.I),
    "a script address": re.compile(r"javascript:", re.I),
    "an escape left out": re.compile(r"\|\s*safe\b|\bMarkup\b|autoescape\s+false"),
    "a script value (js:)": re.compile(r"""hx-(vals|headers|vars)\s*=\s*["']\s*js(on)?:""", re.I),
    "another host": re.compile(r"""\s(src|href)\s*=\s*["'](https?:)?//""", re.I),
}
FRAGMENTS = [path for path in TEMPLATES if path.stem.startswith("_") and path.stem != "_macros"]

each_template = pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
plain = Environment(undefined=StrictUndefined, autoescape=True, extensions=["jinja2.ext.i18n"])


def text_of(path):
    """The template without its own comments."""
    return re.sub(r"{#.*?#}", "", path.read_text("utf-8"), flags=re.S)


def untranslated(tree):
    """Chinese in the parsed template that reaches a reader without going through `_()`."""
    found, waiting = [], [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, nodes.Call) and getattr(node.node, "name", None) in TRANSLATORS:
            waiting += [*node.args[1:], *node.kwargs]
            continue
        words = ""
        if isinstance(node, nodes.TemplateData):
            words = re.sub(r"<!--.*?-->", "", node.data, flags=re.S)
        elif isinstance(node, nodes.Const) and isinstance(node.value, str):
            words = node.value
        if HAN.search(OWN_NAMES.sub("><", words)):
            found.append((node.lineno, words.strip()))
        waiting += node.iter_child_nodes()
    return found


@each_template
def test_a_template_reads_under_strict_rules(path, app):
    assert app.jinja_env.undefined is StrictUndefined
    assert app.jinja_env.autoescape is True or app.jinja_env.autoescape(path.name)
    app.jinja_env.get_template(str(path.relative_to(APP / "templates")))


@each_template
@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_template_has_not(path, what):
    assert not FORBIDDEN[what].search(text_of(path))


@each_template
def test_every_chinese_word_goes_through_the_catalogue(path):
    assert untranslated(plain.parse(path.read_text("utf-8"))) == []


@pytest.mark.parametrize("path", FRAGMENTS, ids=name_of)
def test_a_fragment_is_named_after_its_root(path):
    name = path.stem.removeprefix("_").replace("_", "-")
    root = re.search(r"<[a-z][^>]*>", re.sub(r"{%.*?%}", "", text_of(path), flags=re.S))
    assert root, "a fragment without an element"
    ids = re.search(r'\sid="([^"]*)"', root.group())
    assert ids, f"the root element has no id: {root.group()}"
    assert re.sub(r"{{.*", "", ids.group(1)).rstrip("-") == name


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ("<p>签到</p>", True),
        ("<p>{{ _('签到') }}</p>", False),
        ("<p>{{ '签到' if x else _('签退') }}</p>", True),
        ("<p>{{ _('共 %(n)s 人', n='三') }}</p>", True),
        ("{# 签到 #}<!-- 签到 --><p>:</p>", False),
        ('<a lang="zh">中文</a>', False),
        ('<img alt="签到码">', True),
        ("<img alt=\"{{ _('签到码') }}\">", False),
    ],
)
def test_the_search_for_untranslated_words_finds_them(source, is_found):
    assert bool(untranslated(plain.parse(source))) is is_found

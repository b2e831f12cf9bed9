"""What the papers say is so: links, make targets, settings, decisions."""

import re
from dataclasses import fields

import pytest

from app.commands.base import settings_page
from app.config import PREFIX, Settings
from tests.house.sources import ROOT, name_of, text_of, tracked

PAPERS = [path for path in tracked() if path.suffix == ".md" and "vendor" not in path.parts]
README = (ROOT / "README.md").read_text("utf-8")
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
# The trade's words (docs/words.md): a page of words that forgets one is no page of words.
WORDS = {
    "活动": "event", "场次": "occurrence", "人次": "attendances", "人数": "people",
    "应到": "expected", "实到": "present", "支部": "branch", "组织": "org",
    "活动类型": "programme", "品牌活动": "series", "青年之家": "venue", "签到": "check in",
    "签退": "check out", "补签": "back-entry", "清点": "headcount", "请假": "leave",
    "待核": "review", "点单": "request", "派单": "dispatch", "办单": "fulfil", "评单": "rate",
    "三会两制一课": "regularity", "荣誉": "honour",
}  # fmt: skip


@pytest.mark.parametrize("path", PAPERS, ids=name_of)
def test_a_link_in_a_paper_leads_to_a_file(path):
    for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", text_of(path)):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize(
    "target", sorted(set(re.findall(r"\bmake ([a-z][a-z-]+)", README))), ids=str
)
def test_a_make_target_of_the_readme_exists(target):
    assert re.search(rf"^{target}:.*## ", (ROOT / "Makefile").read_text("utf-8"), re.M)


def test_the_readme_names_both_ways_of_both_commands():
    for command in ("make run", "make test", "python3 wsgi.py", "python3 wsgi.py test"):
        assert command in README


@pytest.mark.parametrize("word", WORDS)
def test_the_page_of_words_has(word):
    rows = (ROOT / "docs/words.md").read_text("utf-8").splitlines()
    assert any(word in row and f"`{WORDS[word]}`" in row for row in rows)


@pytest.mark.parametrize("setting", fields(Settings), ids=lambda setting: setting.name)
def test_a_setting_is_explained(setting):
    assert setting.metadata["meaning"]
    assert f"`{PREFIX}{setting.name.upper()}`" in (ROOT / "docs/settings.md").read_text("utf-8")


def test_the_page_of_settings_is_the_one_the_declarations_make():
    page = (ROOT / "docs/settings.md").read_text("utf-8")
    assert page == settings_page(), "furong settings --markdown > docs/settings.md"


def test_decisions_are_numbered_without_gaps_and_fit_a_page():
    assert [path.name[:4] for path in DECISIONS] == [
        f"{number:04}" for number in range(1, len(DECISIONS) + 1)
    ]
    for path in DECISIONS:
        text = path.read_text("utf-8")
        assert text.startswith(f"# {path.name[:4]} ")
        assert text.count("\n") <= 80, f"{path.name} is more than a page"

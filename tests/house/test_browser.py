"""The page reader is itself read: each fault it knows, planted once."""

import pytest
from werkzeug.routing import Map, Rule

from tests.browser import dead_ends, faults

PAGE = """<!doctype html><html lang="zh-CN"><head><title>签到</title></head><body><h1>签到</h1>
<form method="post" action="/c/K7Q"><input type="hidden" name="csrf_token" value="t">
<label for="name">姓名</label><input id="name" aria-describedby="hint"><p id="hint">x</p></form>
<section id="tally" hx-get="/live/K7Q/tally" hx-target="#tally"></section></body></html>"""

ROUTES = Map(
    [
        Rule("/c/<code>", endpoint="checkin", methods=["GET", "POST"]),
        Rule("/live/<code>/tally", endpoint="tally", methods=["GET"]),
    ]
)

FAULTS = {
    "a doubled id": ("</h1>", '</h1><p id="name"></p>'),
    "no h1": ("<h1>签到</h1>", "<p>签到</p>"),
    "two h1": ("<h1>签到</h1>", "<h1>签到</h1><h1>签到</h1>"),
    "a POST form without its token": ('name="csrf_token"', 'name="other"'),
    "an empty token": ('value="t"', 'value=""'),
    "a label for nothing": ('for="name"', 'for="nobody"'),
    "a description that is not there": ('aria-describedby="hint"', 'aria-describedby="hint no"'),
    "a target that is not there": ('hx-target="#tally"', 'hx-target="#nothing"'),
    "inline style": ("<p id", '<p style="color:red" id'),
    "a style element": ("<h1>", "<style>p{}</style><h1>"),
    "an inline script": ("<h1>", "<script>1</script><h1>"),
    "an inline handler": ("<h1>", "<h1 onclick='1'>"),
    "an htmx handler": ("<h1>", "<h1 hx-on:click='1'>"),
    "a script address": ("</h1>", "<a href=' JavaScript:1'>x</a></h1>"),
    "another host": ("</h1>", "<img alt='' src='//example.org/a.png'></h1>"),
    "an image without alt": ("</h1>", "<img src='/a.png'></h1>"),
    "no language": (' lang="zh-CN"', ""),
    "no title": ("<title>签到</title>", ""),
}


def test_a_good_page_has_no_faults():
    assert faults(PAGE) == []
    assert dead_ends(PAGE, ROUTES) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_the_reader_sees(fault):
    good, bad = FAULTS[fault]
    assert good in PAGE
    assert len(faults(PAGE.replace(good, bad))) == 1


def test_a_fragment_may_name_what_its_page_holds():
    assert faults('<section id="tally" hx-target="#board"><p aria-describedby="x"></p>') == []


@pytest.mark.parametrize(
    "element",
    [
        '<p hx-get="/nowhere"></p>',
        '<p hx-post="/live/K7Q/tally"></p>',
        '<form method="post" action="/live/K7Q/tally"></form>',
        '<form><button formaction="/c">x</button></form>',
        '<a href="/nowhere?x=1">x</a>',
        '<img src="/nowhere.png" alt="">',
    ],
)
def test_an_address_no_route_answers_is_seen(element):
    assert len(dead_ends(element, ROUTES, path="/c/K7Q")) == 1


def test_a_path_prefix_and_relative_addresses_are_understood():
    html = '<a href="/furong/c/K7Q">x</a><a href="tally">x</a><a href="#x">x</a>'
    assert dead_ends(html, ROUTES, path="/live/K7Q/", prefix="/furong") == []
    assert dead_ends('<a href="tel:12355">x</a>', ROUTES) == []

from tests import nu

GOOD = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>签到</title></head>
<body><main><h1>签到</h1>
<section id="tally" hx-get="/live/K7Q/tally" hx-trigger="poll"><p>1</p></section>
</main></body></html>"""


def test_the_checker_names_the_page_and_the_line_of_an_error_and_passes_a_good_page():
    bad = GOOD.replace("<h1>签到</h1>", "<h1>签到</h1><p><div>x</div></p>\n<img src=a.png>")
    found = nu.check({"good": GOOD, "bad": bad})
    assert found
    assert all(error.startswith("bad:") for error in found)
    assert any("alt" in error for error in found)

"""A teacher counts heads on a phone, without script; the figures stand apart."""

from datetime import timedelta

from app.domain.staff.sessions import start_session
from tests.axe import violations
from tests.browser.chromium import LAPTOP, chromium, press
from tests.gatherings import gather

NARROW = {"viewport": {"width": 320, "height": 640}, "locale": "zh-CN", "color_scheme": "dark"}
FITS = "document.documentElement.scrollWidth <= window.innerWidth"


def test_heads_are_counted_on_a_narrow_phone_without_script(cast, serve):
    event, server = gather(cast.school, title="开学第一课"), serve(workers=1)
    secret = start_session(cast.zhao, browser="test", absolute=timedelta(hours=12))
    with chromium() as browser:
        for options, may_script, heads in ((NARROW, False, "46"), (LAPTOP, True, "45")):
            context = browser.new_context(**options, java_script_enabled=may_script)
            context.add_cookies([{"name": "sid", "value": secret, "url": server.url}])
            page = context.new_page()
            page.goto(f"{server.url}/events/{event.code}")
            page.click("#names ~ .lines a >> nth=0")  # of a school the count comes first
            page.fill(f"#heads-{cast.class_one.code}", heads)
            page.fill("#evidence", "班主任清点单")
            press(page, "main form button")
            assert "班主任清点单" in page.text_content(f"#about-{cast.class_one.code}")
            assert page.evaluate(FITS)
            if may_script:
                assert violations(page) == []
            page.goto(f"{server.url}/live/{event.code}")
            assert page.evaluate(FITS)
            assert heads in page.text_content("#tally .figures")
            context.close()

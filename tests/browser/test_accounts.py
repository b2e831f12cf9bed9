"""Journey: the new secretary's first sign-in from a printed slip. The district opens accounts from the
posts, the slips go through a printer, another program reads the code off the paper, a phone opens it."""

import subprocess
from datetime import timedelta

from playwright.sync_api import expect

from app.db import transaction
from app.domain.members import Post
from app.domain.staff.sessions import start_session
from tests.axe import violations
from tests.browser.chromium import LAPTOP, PHONE, chromium, listen, press
from tests.browser.journey import Journey
from tests.programs import need

PASSWORD = "一个够长的密码2026"


def appoint(cast):
    with transaction() as session:
        for person, org in ((cast.han, cast.other_branch), (cast.lin, cast.class_one)):
            session.add(Post(person_id=person.id, org_id=org.id, title="团支部书记"))


def signed_in(browser, server, staff, options):
    secret = start_session(staff, browser="test", absolute=timedelta(hours=12))
    context = browser.new_context(**options)
    context.add_cookies([{"name": "sid", "value": secret, "url": server.url}])
    return context.new_page()


def codes_on_paper(page, folder):
    """What zbar reads off the printed page, slip by slip; and how many sheets it took."""
    path = folder / "slips.pdf"
    page.pdf(path=path, prefer_css_page_size=True, print_background=False)
    command = [need("pdftoppm"), "-r", "150", "-gray", "-png", str(path), str(folder / "sheet")]
    subprocess.run(command, check=True)
    sheets = [str(one) for one in sorted(folder.glob("sheet*.png"))]
    command = [need("zbarimg"), "-q", "--raw", *sheets]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split(), len(
        sheets
    )


def test_a_new_secretary_signs_in_from_a_printed_slip(cast, serve, tmp_path):
    appoint(cast)
    server = serve(workers=1)
    with chromium() as browser:
        laptop = signed_in(browser, server, cast.zhao, LAPTOP)
        wrong = listen(laptop)
        district = Journey("the district opens accounts from posts", laptop)
        district.open(server.url + "/staff")
        district.tap("a[href$='/staff/posts']")
        district.tap("form[method=post] button")
        expect(laptop.locator(".slip")).to_have_count(2)
        district.ended()
        codes, sheets = codes_on_paper(laptop, tmp_path)
        assert sheets == 1
        assert len(set(codes)) == 2
        told = laptop.locator("textarea.paste").all_inner_texts()
        links = [words.split()[-1] for words in laptop.locator(".slip textarea").evaluate_all(
            "all => all.map(one => one.value)"
        )]  # fmt: skip
        assert told
        assert set(codes) == set(links)
        assert violations(laptop) == []

        phone = browser.new_context(**PHONE).new_page()
        wrong += listen(phone)
        journey = Journey("a new secretary's first sign-in from a printed slip", phone)
        journey.open(links[0])
        assert violations(phone) == []
        journey.fill("#password", PASSWORD)
        journey.fill("#again", PASSWORD)
        journey.tap("button.go")
        phone.wait_for_url(server.url + "/")
        expect(phone.locator("header .me")).to_contain_text("韩梅")
        figures = journey.ended()
        assert figures["taps"] <= 3
        assert figures["seconds"] < 30
        assert phone.goto(links[0]).status == 410
        assert wrong == []


def test_the_account_pages_fit_a_phone(cast, serve):
    """At 320 px, in the light and the dark, with a link out and an account handed over."""
    appoint(cast)
    server = serve(workers=1)
    pages = ["/staff", "/staff/new", "/staff/posts", f"/staff/{cast.wang_staff.code}", "/account",
             "/account/confirming", f"/orgs/{cast.branch.code}"]  # fmt: skip
    narrow = PHONE | {"viewport": {"width": 320, "height": 640}}
    with chromium() as browser:
        for scheme in ("light", "dark"):
            page = signed_in(browser, server, cast.zhao, narrow | {"color_scheme": scheme})
            for path in pages:
                page.goto(server.url + path)
                assert violations(page) == [], path
                assert _too_wide(page) <= 0, path
        page.goto(f"{server.url}/staff/{cast.wang_staff.code}")
        press(page, "form[action$='/reset'] button")
        assert _too_wide(page) <= 0
        assert violations(page) == []
        page.goto(f"{server.url}/staff/posts")
        press(page, "form[method=post] button")
        assert _too_wide(page) <= 0
        assert violations(page) == []


def _too_wide(page):
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")

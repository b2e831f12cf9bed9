"""The machine's own Chromium, driven; names that are not localhost resolve to this machine."""

from contextlib import contextmanager

from playwright.sync_api import sync_playwright

from tests.programs import need

QUIET = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-quic", "--no-proxy-server",
)  # fmt: skip
WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; 2312DRA50C) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/130.0.6723.103 Mobile Safari/537.36 XWEB/1300 MMWEBSDK/20240802 "
    "MicroMessenger/8.0.53.2740(0x28003553) WeChat/arm64 Weixin NetType/4G Language/zh_CN ABI/arm64"
)
PHONE = {
    "viewport": {"width": 360, "height": 780}, "is_mobile": True, "has_touch": True,
    "user_agent": WECHAT, "locale": "zh-CN", "timezone_id": "Asia/Shanghai",
}  # fmt: skip
LAPTOP = {
    "viewport": {"width": 1440, "height": 900}, "locale": "zh-CN", "timezone_id": "Asia/Shanghai",
}  # fmt: skip
PROJECTOR = {
    "viewport": {"width": 1920, "height": 1080}, "locale": "zh-CN", "timezone_id": "Asia/Shanghai",
}  # fmt: skip


@contextmanager
def chromium(*names, camera=None):
    """A browser in which each of names leads to 127.0.0.1, as a hall's own name would. camera: a
    film (Y4M) that its camera sees, which every page may use."""
    rules = ",".join(f"MAP {name} 127.0.0.1" for name in names)
    extra = [f"--host-resolver-rules={rules}"] if rules else []
    if camera:
        extra += [
            "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={camera}",
        ]  # fmt: skip
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=need("chromium"), args=[*QUIET, *extra], headless=True
        )
        try:
            yield browser
        finally:
            browser.close()


def press(page, selector):
    """Click what leads to another page, and wait until that page is there: a click alone returns as
    soon as the old one was told."""
    with page.expect_navigation():
        page.click(selector)


def listen(page):
    """Collect what must not happen in a page: console errors, failed requests, dialogs."""
    wrong = []
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: wrong.append(str(e)))
    page.on("response", lambda r: wrong.append(f"{r.status} {r.url}") if r.status >= 500 else None)
    return wrong

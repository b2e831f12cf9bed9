"""手机怎样打开: the choice, written into furong.env and in force at once (decision 0010)."""

from urllib.parse import urlsplit

from app.config import LOOPBACK, Settings, SettingsError
from app.db import transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.reach.address import ADDRESS, tidy_address
from app.domain.reach.standing import note_address
from app.errors import Invalid
from app.words import N_

MODES = ("public", "wifi", "trial")
WIFI_BYTES = 32  # IEEE 802.11: a network's name is at most 32 octets


def choose(
    settings: Settings, mode: str, *, address: str = "", wifi_name: str = "", here: str = "",
    by: Actor, org_id: int,
) -> Settings:  # fmt: skip
    """Write the choice and return the settings in force. An address that codes said before stays
    valid; so does `here`, by which the chooser opened the page: nobody locks himself out. What the
    environment says stays. Raises Invalid."""
    if mode not in MODES:
        raise Invalid(N_("选一种。"), field="mode")
    told = {"reach": mode, "wifi_name": _wifi(mode, wifi_name)}
    told["public_url"] = "" if mode == "trial" else tidy_address(address, mode)
    told = {name: value for name, value in told.items() if not settings.fixed(name)}
    if not settings.fixed("old_public_urls"):
        told["old_public_urls"] = _old(settings, told.get("public_url", settings.public_url), here)
    with transaction():
        try:
            new = settings.write(**told)
        except SettingsError as error:
            raise Invalid(N_("没有存下来：%(why)s"), why=str(error)) from None
        note_address(new.base_url)
        audit.record(
            "reach_chosen", by=by, org_id=org_id, subject="reach", mode=mode, address=new.base_url
        )
    return new


def _wifi(mode, name):
    if mode != "wifi":
        return ""
    if not name:
        raise Invalid(N_("写会场 Wi-Fi 的名称，海报上会请大家先连它。"), field="wifi_name")
    if len(name.encode()) > WIFI_BYTES:
        raise Invalid(N_("Wi-Fi 名称最多 32 个字母，或 10 个汉字。"), field="wifi_name")
    return name


def _old(settings, new, here):
    """The old addresses, the one in force until now and the one used to get here; not the new."""
    served = settings.served_at.rstrip("/")
    asked = here if _opens_elsewhere(here, new) else ""
    known = [*settings.old_urls, settings.public_url, asked]
    known = dict.fromkeys(url.rstrip("/") for url in known if url)
    return ",".join(url for url in known if url not in (new.rstrip("/"), served))


def _opens_elsewhere(here, new):
    """The server's own loopback address is answered anyway."""
    if not ADDRESS.fullmatch(here) or urlsplit(here).hostname in LOOPBACK:
        return False
    return urlsplit(here).netloc != urlsplit(new).netloc

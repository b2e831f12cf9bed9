"""Every setting, once: its name, type, default and meaning."""

import os
import tempfile
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

PREFIX = "FURONG_"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
REACHES = ("", "public", "wifi", "trial")
# What the set-up pages write into furong.env and a running server takes up without a restart.
LIVE = ("public_url", "old_public_urls", "reach", "wifi_name", "org_name")
FOR_TESTS = {"test_database_url", "test_strict"}  # read by the tests alone
ROOT = Path(__file__).resolve().parent.parent


class SettingsError(ValueError):
    """A setting that stops the start, in one plain line."""


def setting(default, meaning):
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True)
class Settings:
    """The product's settings, read from the environment over instance/furong.env."""

    instance_dir: str = setting("", "数据文件夹；空 = 项目下的 instance/")
    database_url: str = setting("", "空 = 数据文件夹里的 SQLite；或 postgresql+psycopg://…")
    secret_key: str = setting("", "签名密钥；空 = 首次启动写入 instance/secret.key（0600）")
    pii_key: str = setting("", "手机号密钥；空 = 首次启动写入 instance/pii.key（0600）")
    public_url: str = setting("", "二维码里的网址；空 = 启动时的 http://HOST:PORT")
    served_at: str = setting("", "serve 自己填：PUBLIC_URL 为空时二维码里的网址")
    old_public_urls: str = setting("", "以前印在海报上的网址，逗号分隔，继续有效")
    reach: str = setting(
        "", "手机怎样打开：public 公网网址 / wifi 仅会场 Wi-Fi / trial 仅本机试用；空 = 还没选"
    )
    wifi_name: str = setting("", "仅会场 Wi-Fi 时印在海报上的 Wi-Fi 名称")
    trusted_hosts: str = setting("", "另外接受的主机名，逗号分隔；PUBLIC_URL 的主机总是接受")
    proxy_hops: int = setting(0, "前面有几层反向代理")
    timezone: str = setting("Asia/Shanghai", "本地时区")
    language: str = setting("zh", "默认语言：zh 或 en")
    org_name: str = setting("", "手机页面抬头；空 = 组织树的根")
    backup_dir: str = setting("", "备份文件夹；空 = 数据文件夹下 backups/")
    session_idle_minutes: int = setting(120, "登录后多久不用就要重新登录")
    session_absolute_hours: int = setting(12, "一次登录最长多久")
    remember_days: int = setting(90, "在一部手机上记住登录的最长天数")
    confirm_minutes: int = setting(30, "记住的登录在导出、管账号前，输过密码多久以内不再问")
    invitation_days: int = setting(20, "开通链接的有效天数")
    consent_version: str = setting("2026-11", "个人信息告知的版本，随签到保存")
    contact: str = setting("", "个人信息告知里的联系方式")
    guest_retention_days: int = setting(400, "来宾手机号保存天数")

    @classmethod
    def read(cls, env=None) -> "Settings":
        """Read the environment over the env file; raise SettingsError for an unknown name."""
        env = dict(os.environ if env is None else env)
        folder = Path(env.get(PREFIX + "INSTANCE_DIR") or ROOT / "instance")
        given = {**_env_file(folder / "furong.env"), **_ours(env)}
        known = {f.name: f.type for f in fields(cls)}
        names = {key.removeprefix(PREFIX).lower(): key for key in given}
        unknown = sorted(names[n] for n in names.keys() - known.keys() - FOR_TESTS)
        if unknown:
            raise SettingsError(f"不认识的设置：{'、'.join(unknown)}。看 docs/settings.md。")
        values = {n: _parse(known[n], given[k], k) for n, k in names.items() if n in known}
        values["instance_dir"] = str(folder)
        return cls(**values)._checked()

    def _checked(self):
        for name, urls in (("PUBLIC_URL", [self.public_url]), ("OLD_PUBLIC_URLS", self.old_urls)):
            if not all(_is_address(url) for url in urls if url):
                raise SettingsError(f"{PREFIX}{name} 要写成 http(s)://主机[:端口][/前缀]。")
        if not _is_zone(self.timezone):
            raise SettingsError("FURONG_TIMEZONE 要写成 Asia/Shanghai 这样的时区名。")
        for f in fields(self):
            least = 0 if f.name == "proxy_hops" else 1
            if f.type is int and getattr(self, f.name) < least:
                raise SettingsError(f"{PREFIX}{f.name.upper()} 最小是 {least}。")
        if self.reach not in REACHES:
            raise SettingsError("FURONG_REACH 只能是 public、wifi 或 trial。")
        if self.language not in ("zh", "en"):
            raise SettingsError("FURONG_LANGUAGE 只能是 zh 或 en。")
        return self

    @property
    def base_url(self) -> str:
        """What codes and links say: no trailing slash."""
        return (self.public_url or self.served_at or "http://127.0.0.1:8000").rstrip("/")

    @property
    def is_https(self) -> bool:
        """Codes say https: cookies are Secure."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def prefix(self) -> str:
        """The path of PUBLIC_URL, "" or "/qd"."""
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def env_path(self) -> Path:
        """instance/furong.env."""
        return self.folder / "furong.env"

    def env_stamp(self) -> tuple[int, int] | None:
        """What changes when furong.env does; None without one."""
        try:
            found = self.env_path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino

    def refreshed(self) -> "Settings":
        """These settings with the LIVE ones of furong.env as it is now; the environment still wins.
        Raises SettingsError."""
        given = _env_file(self.env_path)
        keys = {name: PREFIX + name.upper() for name in LIVE}
        told = {n: given.get(k, "") for n, k in keys.items() if k not in os.environ}
        return replace(self, **told)._checked()

    def fixed(self, name: str) -> bool:
        """Whether the environment says it, so that no page can change it."""
        return PREFIX + name.upper() in os.environ

    def write(self, **told: str) -> "Settings":
        """Put settings into furong.env (other lines stay as they are); returns what is in force then.
        Raises SettingsError for a value that cannot be, or a folder that cannot be written."""
        new = replace(self, **told)._checked()
        try:
            _write_env(self.env_path, {PREFIX + name.upper(): told[name] for name in told})
        except OSError:
            raise SettingsError(f"写不了 {self.env_path.name}，请看文件夹的权限。") from None
        return new

    @property
    def old_urls(self) -> list[str]:
        """OLD_PUBLIC_URLS one by one."""
        return [url.strip() for url in self.old_public_urls.split(",") if url.strip()]

    @property
    def addresses(self) -> list[str]:
        """Every address this server answers to: the one in force first, then the old ones."""
        known = [self.public_url, *self.old_urls, self.served_at]
        return [url.rstrip("/") for url in dict.fromkeys(known) if url]

    @property
    def is_only_here(self) -> bool:
        """Codes say an address that no phone reaches, only this computer itself."""
        return urlsplit(self.base_url).hostname in LOOPBACK

    @property
    def folder(self) -> Path:
        return Path(self.instance_dir)

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force; `postgresql://` means psycopg 3."""
        url = self.database_url or f"sqlite:///{self.folder / 'furong.db'}"
        if url.startswith("postgresql://"):
            return url.replace("postgresql://", "postgresql+psycopg://", 1)
        return url


def _is_address(text):
    try:
        url = urlsplit(text)
        good = url.scheme in ("http", "https") and url.hostname and url.port != 0
    except ValueError:
        return False
    return good and not (url.query or url.fragment)


def _is_zone(name):
    try:
        return bool(ZoneInfo(name))
    except (KeyError, OSError, ValueError):
        return False


def _ours(env):
    return {k: v for k, v in env.items() if k.startswith(PREFIX)}


def _env_file(path):
    if not path.is_file():
        return {}
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise SettingsError("furong.env 要存成 UTF-8。") from None
    pairs = {}
    for number, line in enumerate(lines, 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals or not name.strip().startswith(PREFIX):
            raise SettingsError(f"furong.env 第 {number} 行要写成 FURONG_名称=值。")
        pairs[name.strip()] = _unquoted(value.strip())
    return pairs


def _unquoted(value):
    """The value without the one pair of quotes around it."""
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if is_quoted else value


def _quoted(value):
    """The value as `_unquoted` reads it back."""
    return f'"{value}"' if _unquoted(value.strip()) != value else value


def _write_env(path, told):
    """Replace the lines of the names told, in one step: a reader sees the old file or the new."""
    if any(value.splitlines() != [value] for value in told.values() if value):
        raise SettingsError("设置里不能有换行。")
    old = path.read_text(encoding="utf-8-sig").splitlines() if path.is_file() else []
    kept = [line for line in old if line.partition("=")[0].strip() not in told]
    lines = [*kept, *(f"{name}={_quoted(value)}" for name, value in told.items() if value)]
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".furong.env.")
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write("".join(f"{line}\n" for line in lines))
        out.flush()
        os.fsync(out.fileno())
    os.replace(draft, path)


def _parse(kind, text, name):
    if kind is not int:
        return text
    try:
        return int(text)
    except ValueError:
        raise SettingsError(f"{name} 要是整数，现在是 {text!r}。") from None

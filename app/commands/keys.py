"""furong keys renew."""

import click

from app import keys as secret_keys
from app.config import Settings, SettingsError


@click.group()
def keys():
    """签名密钥。"""


@keys.command("renew")
def renew():
    """换一把签名密钥：新的签，旧的还认，登录和已经扫的码不受影响。

    写进 instance/secret.key 的第一行。重启网站后生效；几台主机共用的，把文件拷到每一台再重启。
    怀疑旧密钥泄露：换好以后删掉第一行以下的行再重启，那时所有人重新登录。
    """
    settings = Settings.read()
    if settings.secret_key:
        raise SettingsError(
            "签名密钥写在 FURONG_SECRET_KEY 里。先把它存成 instance/secret.key，去掉这个设置，再换。"
        )
    path = settings.folder / "secret.key"
    secret_keys.read_or_make(path, "")
    many = secret_keys.renew(path)
    click.echo(f"{path.name} 现在有 {many} 把密钥，第一行是新的。重启网站后用它签名。")

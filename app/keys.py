"""The two secrets and what is done with them: matching, sealing and hiding phone numbers.

Both live in files outside the database (mode 600), so a stolen database or backup
shows no phone number. SECRET_KEY signs cookies; PII_KEY seals and matches phones.
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.config import SettingsError

CODE_LETTERS = (
    "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0, O, 1, I: they are read aloud; 32, so a byte is fair
)
_pii_key = b""


def use_pii_key(key: bytes) -> None:
    """Set the key that matches and seals phones, once, at start."""
    global _pii_key
    _pii_key = hashlib.sha256(b"furong pii|" + key).digest()


def read_or_make(path: Path, given: str) -> bytes:
    """The given key, else the file's, else a new file (0600). Refuses short keys."""
    if given:
        key = given.encode()
    elif path.exists():
        key = path.read_bytes().strip()
    else:
        key = _new_key_file(path)
    if len(key) < 32:
        raise SettingsError(f"{path.name} 太短：至少要 32 个字符的随机内容。")
    return key


def _new_key_file(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    key = secrets.token_urlsafe(48).encode()
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:  # another process was faster
        return path.read_bytes().strip()
    with os.fdopen(handle, "wb") as out:
        out.write(key)
    return key


def fingerprint(path: Path, given: str) -> str:
    """What a backup says of a key it needs: 16 hex from which nothing of the key follows; empty
    when there is no such key. No file is made."""
    try:
        key = given.encode() or path.read_bytes().strip()
    except FileNotFoundError:
        return ""
    return hmac.new(key, b"furong backup", hashlib.sha256).hexdigest()[:16]


def match_key(kind: str, text: str) -> str:
    """A keyed hash (64 hex) of a phone or number: equal inputs match, the input stays hidden."""
    return hmac.new(_pii_key, f"{kind}|{text}".encode(), hashlib.sha256).hexdigest()


def seal(text: str | bytes) -> bytes:
    """Encrypt with AES-GCM; a fresh nonce each time."""
    plain = text.encode() if isinstance(text, str) else text
    nonce = os.urandom(12)
    return nonce + AESGCM(_pii_key).encrypt(nonce, plain, b"")


def unseal(sealed: bytes) -> bytes:
    """Decrypt what `seal` made; raises ValueError when key or bytes are wrong."""
    try:
        return AESGCM(_pii_key).decrypt(bytes(sealed[:12]), bytes(sealed[12:]), b"")
    except InvalidTag:
        raise ValueError("sealed with another key, or damaged") from None


def token() -> str:
    """A new 128-bit secret for links and cookies, url-safe."""
    return secrets.token_urlsafe(16)


def token_hash(secret: str) -> str:
    """What is stored of a token: its SHA-256, 64 hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_code(length: int = 6) -> str:
    """A short public code of CODE_LETTERS."""
    return "".join(CODE_LETTERS[byte % len(CODE_LETTERS)] for byte in secrets.token_bytes(length))

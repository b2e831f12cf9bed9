"""The two secrets and what is done with them: matching, sealing and hiding phone numbers.

Both live in files outside the database (mode 600), so a stolen database or backup
shows no phone number. SECRET_KEY signs cookies; PII_KEY seals and matches phones.
"""

import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.config import SettingsError

CODE_LETTERS = (
    "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0, O, 1, I: they are read aloud; 32, so a byte is fair
)
_pii_key = b""
_signing_keys: list[bytes] = []


def use_pii_key(key: bytes) -> None:
    """Set the key that matches and seals phones, once, at start."""
    global _pii_key
    _pii_key = hashlib.sha256(b"furong pii|" + key).digest()


def use_signing_keys(keys: list[bytes]) -> None:
    """Set the keys that sign passes and grants, once, at start: the first signs, all are accepted."""
    global _signing_keys
    _signing_keys = [hashlib.sha256(b"furong pass|" + key).digest() for key in keys]


def signature(words: str) -> bytes:
    """32 bytes that only this installation can make of the words."""
    return _signature(_signing_keys[0], words)


def is_signed(words: str, given: bytes) -> bool:
    """Whether `given` begins the signature of the words, by the key in force or one before it."""
    found = [hmac.compare_digest(_signature(k, words)[: len(given)], given) for k in _signing_keys]
    return bool(given) and any(found)


def signatures(words: str) -> list[bytes]:
    """The signature of the words by each key that is accepted."""
    return [_signature(key, words) for key in _signing_keys]


def _signature(key, words):
    return hmac.new(key, words.encode(), hashlib.sha256).digest()


def lines_of(kept: bytes) -> list[bytes]:
    """The keys of a key file: the first signs, those below were in force before."""
    return [line.strip() for line in kept.splitlines() if line.strip()]


def renew(path: Path) -> int:
    """Put a new key above those of the file, which stay accepted; returns how many there are now.
    Written in one step: a reader sees the old file or the new."""
    kept = lines_of(path.read_bytes()) if path.exists() else []
    lines = [secrets.token_urlsafe(48).encode(), *kept]
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # 0600
    with os.fdopen(handle, "wb") as out:
        out.write(b"".join(line + b"\n" for line in lines))
        out.flush()
        os.fsync(out.fileno())
    os.replace(draft, path)
    return len(lines)


def read_or_make(path: Path, given: str) -> bytes:
    """The given key, else the file's, else a new file (0600). Refuses short keys."""
    if given:
        key = given.encode()
    elif path.exists():
        key = path.read_bytes().strip()
    else:
        key = _new_key_file(path)
    if not key or any(len(line) < 32 for line in lines_of(key)):
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
    when there is no such key. No file is made. Of several lines it is the last: a file whose key
    was renewed still holds what the backup was signed with."""
    try:
        key = (lines_of(given.encode() or path.read_bytes()) or [b""])[-1]
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

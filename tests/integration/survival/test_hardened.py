"""The rights of deploy/bilateral.service: code that is root's and read-only, data of a user without rights, a /tmp that
executes nothing.

systemd does not run where tests do, so that the test makes the same with mounts of its own: the whole file system is
read-only.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.reading.release_store import require_current
from orchestration.releases.upkeep import damage_of
from tests.integration.conftest import PublishedCopy
from tests.integration.survival.reduced_project import add_edition

pytestmark = pytest.mark.campaign

NOBODY = 65534

NAMESPACE = """
set -e
code=$1 data=$2 python=$3 base=$4
shift 4
case $base in /root/*)  # where root's own folder holds the interpreter, let others read that alone
  mount --bind "$base" /opt; mount -t tmpfs -o mode=755 t /root; mkdir -p "$base"; mount --bind /opt "$base";;
esac
mount --bind "$code" /srv
mount --bind "$data" /mnt
mount -o remount,bind,ro /srv
mount -o remount,bind,ro /
mount -t tmpfs -o nosuid,nodev,noexec,size=1g,mode=1777 t /tmp
cd /mnt
umask 077
exec setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all \\
  env -i PATH=/usr/bin:/bin HOME=/mnt BILATERAL_ROOT=/srv BILATERAL_DATA=/mnt PYTHONPATH=/srv "$python" "$@"
"""

WRITE = "import sys; open(sys.argv[1], 'w')"


def as_service(code: Path, data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python with these arguments, with the rights of the service; ``code`` is /srv and ``data`` is /mnt for it."""
    script = ["sh", "-c", NAMESPACE, "sh", str(code), str(data), sys.executable, sys.base_prefix, *arguments]
    return subprocess.run(
        ["unshare", "--mount", "--propagation", "private", *script], capture_output=True, text=True, check=False
    )


def test_a_refresh_publishes_with_the_rights_of_the_service(reduced_copy: PublishedCopy, tmp_path: Path) -> None:
    settings = reduced_copy.copied(tmp_path)
    root, data = settings.root, settings.data
    add_edition(root)
    subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", str(data)], check=False)
    if (tried := as_service(root, data, "-c", "")).returncode:
        pytest.skip(f"rights can be taken by root in a place of its own only: {tried.stderr.strip()}")
    for place in ("/srv/planted", "/srv/orchestration/__init__.py", "/usr/planted"):
        refused = as_service(root, data, "-c", WRITE, place)
        assert refused.returncode, place
        assert "Read-only file system" in refused.stderr
    before = require_current(settings).id
    refresh = as_service(root, data, "-m", "orchestration.cli.main", "refresh")
    assert refresh.returncode == 0, refresh.stdout + refresh.stderr
    release = require_current(settings)
    assert release.previous == before
    assert damage_of(settings, release) == []
    written = {
        path for path in (release.folder, (settings.build / "latest").resolve()) if os.stat(path).st_mode & 0o077
    }
    assert written == set(), "others read nothing"

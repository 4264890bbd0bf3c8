"""The files of deploy/ agree with code and command line, and secrets stay out of git and of the image."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return content


def test_the_file_of_secrets_enters_neither_git_nor_the_image() -> None:
    secrets = f"deploy/{compose()['services']['bilateral']['env_file']}"
    for name in (".gitignore", ".dockerignore"):
        assert secrets in (ROOT / name).read_text().splitlines(), name


UNITS = sorted(DEPLOY.glob("*.service"))


def directives(unit: Path) -> dict[str, list[str]]:
    """The values of every setting of a unit; a setting may be given several times."""
    settings: dict[str, list[str]] = {}
    for line in unit.read_text().splitlines():
        name, sign, value = line.partition("=")
        if sign and not line.startswith("#"):
            settings.setdefault(name, []).append(value)
    return settings


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_may_write_its_data_alone_and_has_limits(unit: Path) -> None:
    settings = directives(unit)
    assert settings["ProtectSystem"] == ["strict"], "the code is read-only for it, whoever owns it"
    assert settings["StateDirectory"] == ["bilateral"]
    assert not settings.keys() & {"ReadWritePaths", "BindPaths"}
    assert settings["Environment"][0].startswith("BILATERAL_DATA=/var/lib/bilateral")
    assert settings["UMask"] == ["0077"]
    assert settings["CapabilityBoundingSet"] == settings["AmbientCapabilities"] == [""]
    assert settings["NoNewPrivileges"] == ["true"]
    assert re.fullmatch(r"[0-9]+G", settings["MemoryMax"][0])
    assert settings["TasksMax"][0].isdigit()
    assert settings["User"] == ["bilateral"]
    if unit.stem == "bilateral":
        assert settings["RuntimeDirectory"] == ["bilateral"], "for the socket of the UI"


@pytest.mark.parametrize("name", ["bilateral", "postgres"])
def test_a_container_has_no_rights_and_limits(name: str) -> None:
    service = compose()["services"][name]
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert not service["user"].startswith(("0", "root"))
    assert service["mem_limit"] == service["memswap_limit"]
    assert service["pids_limit"] > 0
    assert service["healthcheck"]["test"]
    assert all(re.match("/(tmp|run/postgresql):", mount) and "noexec" in mount for mount in service["tmpfs"])
    volumes = [volume.partition(":")[0] for volume in service["volumes"]]
    assert volumes in (["data", "socket"], ["runs"]), "no folder of the machine"


def test_no_container_publishes_a_port() -> None:
    """The UI listens on a Unix socket, which the container of a proxy mounts."""
    assert not [name for name, service in compose()["services"].items() if "ports" in service]
    assert "--socket" in (DEPLOY / "Dockerfile").read_text()


def test_the_image_has_no_build_tools_and_its_code_is_not_its_users() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    _, build, final = re.split(r"^FROM ", text, flags=re.MULTILINE)
    assert "--require-hashes" in build
    for tool in ("apt-get", "pip install", "make", "git", "gcc"):
        assert not re.search(rf"\b{tool}\b", final), tool
    assert "rm -rf /usr/local/lib/python3*/site-packages/* /usr/local/bin/pip*" in final
    assert "--chown" not in text
    assert final.index("USER bilateral") < final.index("CMD")


def test_the_user_of_the_image_owns_every_folder_that_is_mounted(tmp_path: Path) -> None:
    """A new volume takes owner and mode from the folder of the image; without one it belongs to root."""
    service, text = compose()["services"]["bilateral"], (DEPLOY / "Dockerfile").read_text()
    made = dict(re.findall(r"install --directory --owner bilateral --group bilateral --mode (7\d\d) (/\w+)", text))
    folders = {folder: mode for mode, folder in made.items()}
    assert folders.keys() == {volume.split(":")[1] for volume in service["volumes"]}
    (socket,) = re.findall(r'"--socket", "(/\w+)/ui.sock"', text)
    assert socket in folders
    if os.geteuid() or not shutil.which("setpriv"):
        pytest.skip("only root can be the user of the image")
    for parent in (tmp_path, *tmp_path.parents):
        if parent.name.startswith(("pytest-", "popen-")) or parent == tmp_path:
            parent.chmod(0o755)
    user, place = service["user"].partition(":")[0], tmp_path / "socket"
    assert f"--uid {user}" in text
    subprocess.run(["install", "-d", "-o", user, "-g", user, "-m", folders[socket], place], check=True)
    bind = "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])"
    as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--no-new-privs"]
    subprocess.run([*as_user, "/usr/bin/python3", "-I", "-c", bind, f"{place}/ui.sock"], check=True)

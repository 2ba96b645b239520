"""The command: starting twice, stopping, what is left behind, what goes wrong and how it says so."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from azure.containerregistry import ContainerRegistryClient
from azure.identity import DefaultAzureCredential

from azure_native.provider import VERSION
from foundry_emulator import image_push
from foundry_emulator.host.home import Home, NotStarted, environment
from foundry_emulator.runner import images
from foundry_emulator.testing import LocalAzure, Project


def _run(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "foundry_emulator.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env or dict(os.environ))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "a home"


def test_start_prints_one_line_and_finds_what_runs(home: Path) -> None:
    try:
        first = _run("start", "--home", str(home))
        assert first.returncode == 0, first.stderr
        assert len(first.stdout.splitlines()) == 1
        second = _run("start", "--home", str(home))
        assert "is already running" in second.stdout
    finally:
        stopped = _run("stop", "--home", str(home))
    assert stopped.stdout == "Local Azure stopped.\n"
    again = _run("stop", "--home", str(home))
    assert (again.returncode, again.stdout) == (0, "No local Azure is running here.\n")


def test_two_starts_at_once_give_one_process(home: Path) -> None:
    command = [sys.executable, "-m", "foundry_emulator.cli", "start", "--home", str(home)]
    try:
        both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        lines = [one.communicate()[0] for one in both]
        assert len({line.split("(process ")[1] for line in lines}) == 1
    finally:
        _run("stop", "--home", str(home))


def test_ports_and_trust_stay_the_same_from_start_to_start(home: Path) -> None:
    azure = LocalAzure.start(home)
    try:
        before = (azure.base_url, azure.home.ports.read_text(), azure.home.ca.read_text())
        azure.stop()
        azure.start_again()
        assert (azure.base_url, azure.home.ports.read_text(), azure.home.ca.read_text()) == before
    finally:
        azure.stop()


def test_a_taken_port_is_one_clear_sentence(home: Path) -> None:
    home.mkdir()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        (home / "ports.json").write_text(json.dumps({"azure": port}))
        failed = _run("start", "--home", str(home))
    assert failed.returncode == 1
    assert f"Another program uses port {port} (azure)." in failed.stderr
    assert "Traceback" not in failed.stderr + failed.stdout


def test_a_state_file_that_is_not_ours_is_one_clear_sentence(home: Path) -> None:
    home.mkdir()
    (home / "azure.json").write_text('{"foundry": 1}')
    failed = _run("start", "--home", str(home))
    assert (failed.returncode, failed.stderr.startswith("error: ")) == (1, True)
    assert "azure.json" in failed.stderr
    assert "Traceback" not in failed.stderr + failed.stdout


def test_a_dead_process_leaves_nothing_that_hinders_a_start(home: Path) -> None:
    azure = LocalAzure.start(home)
    azure.kill()
    try:
        azure.start_again()
        assert azure.settings()["time_scale"] == 0.1
    finally:
        azure.stop()


def test_wrong_settings_are_refused_with_their_name(home: Path) -> None:
    wrong = _run("start", "--home", str(home), "--set", "no_such=1")
    assert wrong.returncode == 1
    assert "no_such" in wrong.stderr
    assert _run("start", "--home", str(home), "--set", "time_scale").returncode == 2


def test_private_files_are_private(azure: LocalAzure) -> None:
    for key in azure.home.keys.iterdir():
        assert key.stat().st_mode & 0o077 == 0


def test_the_env_file_says_the_same_as_environment(azure: LocalAzure) -> None:
    script = f'. "{azure.home.env}" && env -0'
    clean = {"PATH": os.environ["PATH"]}
    out = subprocess.run(["sh", "-c", script], capture_output=True, check=True, env=clean).stdout
    sourced = dict(pair.split("=", 1) for pair in out.decode().split("\0") if pair)
    expected = environment(azure.home.root)
    assert {name: sourced[name] for name in expected} == expected
    assert expected["PATH"].split(os.pathsep)[0] == str(azure.home.bin)
    assert azure.home.azure_native.parent == Path(expected["PULUMI_HOME"]) / "plugins"
    assert azure.home.azure_native.name == f"resource-azure-native-v{VERSION}"
    assert os.access(azure.home.azure_native / "pulumi-resource-azure-native", os.X_OK)


def test_there_is_no_environment_before_the_first_start(tmp_path: Path) -> None:
    with pytest.raises(NotStarted, match="foundry-emulator start"):
        environment(tmp_path)


def test_what_was_trusted_before_is_trusted_still(home: Path, tmp_path: Path, azure: LocalAzure) -> None:
    company = tmp_path / "company.pem"
    company.write_bytes(azure.home.ca.read_bytes())
    env = {**os.environ, "SSL_CERT_FILE": str(company)}
    try:
        assert _run("start", "--home", str(home), env=env).returncode == 0
        bundle = (home / "ca-bundle.pem").read_text()
        assert company.read_text().strip() in bundle
        assert (home / "ca.pem").read_text().strip() in bundle
        _run("stop", "--home", str(home))
        # A start in a shell that uses the local Azure already keeps both.
        again = {**os.environ, "SSL_CERT_FILE": str(home / "ca-bundle.pem")}
        assert _run("start", "--home", str(home), env=again).returncode == 0
        assert (home / "ca-bundle.pem").read_text() == bundle
    finally:
        _run("stop", "--home", str(home))


def test_the_same_push_gives_the_same_digest_another_tag_or_command_another(
    azure: LocalAzure, project: Project, tmp_path: Path
) -> None:
    def pushed(tag: str, command: str = 'run "a b"') -> str:
        reference = f"{project.login_server}/app:{tag}"
        done = _run(
            "push", reference, "--command", command, "--home", str(azure.home.root), "--cwd", str(tmp_path),
            "--env", "K=V=W",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.split("(")[1].strip(")\n")

    first = pushed("v1")
    assert pushed("v1") == first
    assert pushed("v2") != first
    another = pushed("v1", "run another")
    assert another != first and images.read(azure.home.images)[another].command == "run another"
    entry = images.read(azure.home.images)[first]
    assert entry.arguments == ["run", "a b"]
    assert (entry.cwd, entry.env) == (str(tmp_path.resolve()), {"K": "V=W"})


def test_a_push_to_azurecr_io_reaches_the_local_registry_of_that_name(azure: LocalAzure, project: Project) -> None:
    reference = "registry1.azurecr.io/named:v1"
    done = _run("push", reference, "--command", "x", "--home", str(azure.home.root))
    assert done.returncode == 0, done.stderr
    assert reference in [one.reference for one in images.read(azure.home.images).values()]
    with ContainerRegistryClient(f"https://{project.login_server}", DefaultAzureCredential()) as client:
        assert "named" in client.list_repository_names()


def test_a_push_without_the_right_says_which_role_is_missing(azure: LocalAzure, project: Project) -> None:
    env = {**os.environ, "IDENTITY_HEADER": "nobody"}
    reference = f"{project.login_server}/app:v3"
    failed = _run("push", reference, "--command", "x", "--home", str(azure.home.root), env=env)
    assert failed.returncode == 1
    assert "AcrPush" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_a_push_to_nowhere_says_so(azure: LocalAzure) -> None:
    failed = _run("push", "localhost:1/app:v1", "--command", "x", "--home", str(azure.home.root))
    assert failed.returncode == 1
    assert "Cannot reach localhost:1" in failed.stderr
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize("reference", ["app:v1", "host/app", "host/App:v1", "host/app@sha256:00"])
def test_references_that_cannot_be_pushed_to_are_wrong_usage(azure: LocalAzure, reference: str) -> None:
    assert _run("push", reference, "--command", "x", "--home", str(azure.home.root)).returncode == 2


def test_the_manifest_is_for_the_platform_that_was_asked_for() -> None:
    assert json.loads(image_push.config_of("a/b:c", "linux/arm64", "mark"))["architecture"] == "arm64"


def test_images_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "images.toml"
    entry = images.ImageCommand("sha256:1", 'h/r:t"', "a 'b' \\ \"c\"", "/tmp/ü", {"A.B": "tab\tline\n", "K": "\x7f"})
    images.record(path, entry)
    images.record(path, images.ImageCommand("sha256:2", "h/r:u", "x", "/", {}))
    assert images.read(path)["sha256:1"] == entry
    assert len(images.read(path)) == 2


def test_a_broken_images_file_names_itself(tmp_path: Path) -> None:
    path = tmp_path / "images.toml"
    path.write_text("[images")
    with pytest.raises(images.BadImagesFile, match=r"images\.toml"):
        images.read(path)


def test_the_log_has_a_line_for_each_request(azure: LocalAzure, project: Project) -> None:
    azure.data("GET", f"{project.endpoint}/agents")
    out = _run("log", "--home", str(azure.home.root)).stdout
    assert "/accounts/acc1/api/projects/p1/agents?api-version=v1 200" in out


def test_idling_takes_less_than_150_mb(azure: LocalAzure) -> None:
    status = Path(f"/proc/{Home.at(azure.home.root).pid.read_text().strip()}/status")
    if not status.exists():
        pytest.skip("needs /proc")
    resident = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    assert int(resident.split()[1]) < 150_000

"""Generates the SDKs of the package from its schema into `.local/sdks`, as `pulumi package add` writes them.

    python3 -m tools.local.sdks

An SDK is generated again when the schema, the language host or this file changes. The one for C# is compiled if
`dotnet` is on PATH; the others are compiled with the examples that use them.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which
from typing import Any

from tools import LOCAL, ROOT
from tools.local import languages, pulumi_cli
from tools.local.file_lock import locked
from tools.local.languages import CSHARP, Language
from tools.local.pulumi_cli import BIN
from tools.local.side_by_side import run_all
from tools.local.step import exit_with, new_log, run_quietly, tell, users_environment

SCHEMA = ROOT / "components" / "schema.json"
SDKS = LOCAL / "sdks"
_STAMP = ".generated-from"


def main() -> None:
    run_all([pulumi_cli.main, languages.main])
    with locked(LOCAL / "locks" / "sdks.lock"):
        wanted = [language for language in (*languages.available(), CSHARP) if language.generator]
        run_all([partial(_ensure, language) for language in wanted if not _is_current(language)])


def folder(language: Language) -> Path:
    """Returns where the SDK of a language is."""
    return SDKS / language.generator


def fingerprint(language: Language) -> str:
    """Returns a hash of all that decides what is generated."""
    digest = hashlib.sha256(SCHEMA.read_bytes())
    digest.update(Path(__file__).read_bytes())
    digest.update(languages.fingerprint(language).encode())
    return digest.hexdigest()


def _is_current(language: Language) -> bool:
    stamp = folder(language) / _STAMP
    return stamp.is_file() and stamp.read_text() == fingerprint(language)


def _ensure(language: Language) -> None:
    started = time.monotonic()
    log = new_log(f"sdk-{language.name}")
    part = SDKS / f".{language.generator}"
    shutil.rmtree(part, ignore_errors=True)
    generate(language, part, log)
    if language is CSHARP and which("dotnet"):
        run_quietly(["dotnet", "build"], "compiling the SDK for C#", log, directory=part)
    (part / _STAMP).write_text(fingerprint(language))
    shutil.rmtree(folder(language), ignore_errors=True)
    part.replace(folder(language))
    tell(f"  SDK for {language.name} generated ({time.monotonic() - started:.0f} s)")


def generate(language: Language, target: Path, log: Path) -> None:
    """Generates an SDK into a folder that does not exist yet."""
    scratch = target.with_name(f"{target.name}-scratch")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        with _schema(language, scratch) as schema:
            run_quietly(
                [
                    *(str(BIN / "pulumi"), "package", "gen-sdk", str(schema), "--local"),
                    *("--language", language.generator, "--out", str(scratch)),
                ],
                f"generating the SDK for {language.name}",
                log,
                environment=_environment(),
            )
        made = scratch / language.generator
        _REPAIRS.get(language.name, _leave)(made)
        made.replace(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _environment() -> dict[str, str]:
    return {
        **(users_environment() | languages.environment()),
        "PULUMI_HOME": str(LOCAL / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_DISABLE_REGISTRY_RESOLVE": "true",
    }


@contextmanager
def _schema(language: Language, scratch: Path) -> Iterator[Path]:
    """The schema to generate from. The generator for C# fetches the logo, so that one is served on this machine."""
    if language is not CSHARP:
        yield SCHEMA
        return
    schema: dict[str, Any] = json.loads(SCHEMA.read_text())
    logo = ROOT / "docs" / schema["logoUrl"].rpartition("/")[2]
    with _served(logo.parent) as address:
        schema["logoUrl"] = f"{address}/{logo.name}"
        copy = scratch / "schema.json"
        copy.write_text(json.dumps(schema))
        yield copy


@contextmanager
def _served(directory: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(directory))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


def _repair_nodejs(sdk: Path) -> None:
    """Corrects imports in folders. Since Go 1.26 `filepath.Rel` returns a shorter path, which the pinned language host
    does not expect."""
    for file in sdk.glob("*/**/*.ts"):
        root = "../" * (len(file.relative_to(sdk).parts) - 1)
        file.write_text(re.sub(r'(from ")[./]+/(types/|utilities")', rf"\g<1>{root}\2", file.read_text()))


def _repair_go(sdk: Path) -> None:
    """Adds the go.mod, which `pulumi package add` writes and `pulumi package gen-sdk` does not."""
    path = json.loads(SCHEMA.read_text())["language"]["go"]["importBasePath"].rpartition("/")[0]
    (sdk / "go.mod").write_text(f"module {path}\n\ngo 1.20\n\nrequire github.com/pulumi/pulumi/sdk/v3 v3.30.0\n")


def _leave(_sdk: Path) -> None:
    return None


_REPAIRS = {"typescript": _repair_nodejs, "go": _repair_go}


if __name__ == "__main__":
    exit_with(main)

"""`foundry-emulator`: start, stop, push, proxy, log.

Exit codes: 0 success, 1 failure, 2 wrong usage, 3 a required tool is missing.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from foundry_emulator.host import background
from foundry_emulator.host.home import Home
from foundry_emulator.host.ports import PortTaken

app = typer.Typer(
    help="A local Azure for Microsoft Foundry hosted agents.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

HomeOption = Annotated[Path, typer.Option("--home", help="Folder of the local Azure.", show_default=True)]
DEFAULT_HOME = Path(".local")


@app.command()
def start(
    home: HomeOption = DEFAULT_HOME,
    foreground: Annotated[bool, typer.Option("--foreground", help="Run in this terminal.")] = False,
    setting: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A setting, for example time_scale=0.01.")
    ] = None,
) -> None:
    """Start the local Azure, unless it already runs."""
    place = Home.at(home)
    settings = setting or []
    if any("=" not in one for one in settings):
        raise typer.BadParameter("write NAME=VALUE", param_hint="--set")
    if foreground:
        _in_foreground(place, settings)
        return
    began = time.monotonic()
    try:
        running = background.start(place, settings)
    except background.Failed as problem:
        raise _failure(str(problem)) from None
    how = f"started in {time.monotonic() - began:.1f} s" if running.fresh else "is already running"
    typer.echo(f"Local Azure at {running.base_url} {how} (process {running.pid}). To use it, run `source {place.env}`.")


def _in_foreground(place: Home, settings: list[str]) -> None:
    from foundry_emulator import serve  # noqa: PLC0415 (the server's libraries: 0.4 s)

    try:
        asyncio.run(serve.run(place, serve.parse_settings(settings)))
    except serve.CannotStart as problem:
        raise _failure(str(problem)) from None


@app.command()
def stop(home: HomeOption = DEFAULT_HOME) -> None:
    """Stop the local Azure and its agents. Its state is kept."""
    try:
        stopped = background.stop(Home.at(home))
    except background.Failed as problem:
        raise _failure(str(problem)) from None
    typer.echo("Local Azure stopped." if stopped else "No local Azure is running here.")


@app.command()
def push(  # noqa: PLR0917 (typer wants the options as parameters)
    reference: Annotated[str, typer.Argument(help="Where to push: registry/repository:tag")],
    command: Annotated[str, typer.Option("--command", help="The local command to run for the image.")],
    home: HomeOption = DEFAULT_HOME,
    cwd: Annotated[Path, typer.Option("--cwd", help="Working directory of the command.")] = Path(),
    env: Annotated[
        list[str] | None, typer.Option("--env", metavar="NAME=VALUE", help="An environment variable of the image.")
    ] = None,
    platform: Annotated[str, typer.Option("--platform", help="Platform of the image.")] = "linux/amd64",
) -> None:
    """Push an image that runs a local command.

    The identity comes from the environment, as for other Azure clients.
    """
    from foundry_emulator import image_push  # noqa: PLC0415 (only this command needs it)
    from foundry_emulator.runner.images import BadImagesFile  # noqa: PLC0415

    variables = dict(_pair(one) for one in env or [])
    if not command.strip():
        raise typer.BadParameter("must not be empty", param_hint="--command")
    if not cwd.is_dir():
        raise typer.BadParameter(f"{cwd} is not a directory", param_hint="--cwd")
    try:
        digest = image_push.push(Home.at(home), reference, command=command, cwd=cwd, env=variables, platform=platform)
    except image_push.BadReference as problem:
        raise typer.BadParameter(str(problem), param_hint="REFERENCE") from None
    except (image_push.PushFailed, BadImagesFile) as problem:
        raise _failure(str(problem)) from None
    typer.echo(f"Pushed {reference} ({digest})")


@app.command()
def proxy(home: HomeOption = DEFAULT_HOME) -> None:
    """Lead clients with Azure's fixed host names to the local Azure, until Ctrl+C.

    In another terminal, source the env file and set HTTPS_PROXY to the printed address.
    """
    from foundry_emulator.host.proxy import Proxy  # noqa: PLC0415 (only this command needs it)

    place = Home.at(home)
    if not place.ca.exists():
        raise _failure(f"No local Azure has been started in {place.root}. Run `foundry-emulator start`.")
    try:
        leads = Proxy(place)
    except PortTaken as problem:
        raise _failure(str(problem)) from None
    typer.echo(f"Proxy at {leads.url}. To use it, run `source {place.env}` and `export HTTPS_PROXY={leads.url}`.")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(leads.serve())


@app.command()
def log(
    home: HomeOption = DEFAULT_HOME,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Wait for new lines and print them.")] = False,
) -> None:
    """Show the log: one line per request, and why agents do not start."""
    place = Home.at(home)
    if not place.log.exists():
        raise _failure(
            f"No local Azure has been started in {place.root}, so it has no log. Run `foundry-emulator start`."
        )
    with place.log.open(errors="replace") as file:
        try:
            while True:
                shutil.copyfileobj(file, sys.stdout)
                sys.stdout.flush()
                if not follow:
                    return
                time.sleep(0.2)
        except (KeyboardInterrupt, BrokenPipeError):
            return


def _pair(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator or not name:
        raise typer.BadParameter(f"'{text}': write NAME=VALUE", param_hint="--env")
    return name, value


def _failure(message: str) -> typer.Exit:
    typer.echo(f"error: {message}", err=True)
    return typer.Exit(1)


def main() -> None:
    app()


if __name__ == "__main__":
    main()

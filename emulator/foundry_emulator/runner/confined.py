"""Runs the Python code on standard input, confined: `python -I -S confined.py SECONDS MEGABYTES`.

A script of its own, started in an empty folder: it only knows the standard library. It limits itself before it
runs the code: processor time, memory, size of files; no network (on Linux the kernel refuses it, everywhere
Python does), no other processes, no files outside of its folder but those of Python itself. What holds here is
meant against accidents and curious models, not against an attacker who knows the interpreter.
"""

import ast
import ctypes
import os
import platform
import resource
import signal
import struct
import sys
import traceback
from collections.abc import Callable
from types import CodeType
from typing import Any

_FILE_BYTES = 16 * 1024 * 1024
_OPEN_FILES = 64

# --- What the kernel enforces -----------------------------------------------------------------------

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _SECCOMP_MODE_FILTER = 1, 22, 38, 2
_ALLOWED, _REFUSED = 0x7FFF0000, 0x00050000 | 13  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO with EACCES
# By machine: its name for the kernel's audit (AUDIT_ARCH_…), and its numbers of socket and io_uring_setup.
_MACHINES = {"x86_64": (0xC000003E, (41, 425)), "aarch64": (0xC00000B7, (198, 425))}
_X32_CALLS = 0x40000000


def _limit(seconds: int, megabytes: int) -> None:
    for what, much in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, megabytes * 1024 * 1024),
        (resource.RLIMIT_FSIZE, _FILE_BYTES),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (much, much))


def _refuse_sockets() -> None:
    """A filter of system calls, for this process and all that it could start. Linux only, without privileges."""
    if sys.platform != "linux" or platform.machine() not in _MACHINES:
        return
    machine, refused = _MACHINES[platform.machine()]
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06  # BPF: LD|W|ABS, JMP|JEQ|K, JMP|JGE|K, RET|K
    checks = [(at_least, _X32_CALLS), *((equal, number) for number in refused)]
    program = [(load, 0, 0, 4), (equal, 1, 0, machine), (answer, 0, 0, _REFUSED), (load, 0, 0, 0)]
    # A check that hits goes to the last instruction, over the checks after it and over "allowed".
    program += [(kind, len(checks) - index, 0, value) for index, (kind, value) in enumerate(checks)]
    program += [(answer, 0, 0, _ALLOWED), (answer, 0, 0, _REFUSED)]
    instructions = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *one) for one in program))
    header = struct.pack("HxxxxxxP", len(program), ctypes.addressof(instructions))
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, 0, 0)


# --- What the interpreter enforces ------------------------------------------------------------------

_NEVER = ("socket.", "subprocess.", "ctypes.", "pty.", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.kill")
_NEVER_EXACTLY = ("os.system", "os.startfile")
_AF_UNIX = 1
_ON_PATHS = {
    *("open", "os.listdir", "os.scandir", "os.chdir", "os.mkdir", "os.rmdir", "os.remove", "os.truncate"),
    *("os.rename", "os.link", "os.symlink", "os.chmod", "os.chown", "os.utime"),
}
_TWO_PATHS = ("os.rename", "os.link", "os.symlink")
_READABLE = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random", "/etc/localtime", "/usr/share/zoneinfo")


def _guard(home: str) -> Callable[[str, tuple[Any, ...]], None]:
    libraries = [os.path.realpath(one) for one in (*sys.path, os.path.dirname(os.__file__)) if one]  # noqa: PTH120
    readable = (*_READABLE, *libraries)
    realpath, fspath, writing = os.path.realpath, os.fspath, os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

    def within(path: str, folders: tuple[str, ...]) -> bool:
        return any(path == folder or path.startswith(folder + "/") for folder in folders)

    def check(event: str, given: tuple[Any, ...]) -> None:
        if event == "socket.__new__" and given[1] == _AF_UNIX:  # a pair of them is how asyncio wakes itself
            return
        if event.startswith(_NEVER) or event in _NEVER_EXACTLY:
            what = "network" if event.startswith("socket.") else "other process or native code"
            raise PermissionError(f"There is no {what} in the code interpreter ({event}).")
        if event not in _ON_PATHS:
            return
        only_reads = event in ("os.listdir", "os.scandir", "os.chdir") or (
            event == "open" and not (given[2] or 0) & writing
        )
        for one in given[: 2 if event in _TWO_PATHS else 1]:
            if one is None or isinstance(one, int):  # the folder itself, or a file that is open
                continue
            text = fspath(one)
            path = realpath(text.decode() if isinstance(text, bytes) else text)
            if not within(path, (home,)) and not (only_reads and within(path, readable)):
                raise PermissionError(f"The code interpreter has no access to {path}.")

    return check


# --- The code ---------------------------------------------------------------------------------------


def _compiled(code: str) -> tuple[CodeType, CodeType | None]:
    """The statements, and the final expression, whose value is shown."""
    tree = ast.parse(code, "<code>")
    last: ast.Expression | None = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = ast.Expression(tree.body.pop().value)  # type: ignore[attr-defined]
    return compile(tree, "<code>", "exec"), compile(last, "<code>", "eval") if last else None


def _without_us(shown: traceback.TracebackException) -> traceback.TracebackException:
    """The traceback of the code alone, without the lines of this file."""
    shown.stack = traceback.StackSummary.from_list([one for one in shown.stack if one.filename != __file__])
    for other in (shown.__cause__, shown.__context__):
        if other is not None:
            _without_us(other)
    return shown


def _run(code: str) -> int:
    names: dict[str, Any] = {"__name__": "__main__", "__builtins__": __builtins__}
    try:
        statements, last = _compiled(code)
        exec(statements, names)
        value = eval(last, names) if last else None
        if value is not None:
            sys.stdout.write(f"{value!r}\n")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException as problem:  # noqa: BLE001 (whatever the code raises is its result)
        sys.stdout.write("".join(_without_us(traceback.TracebackException.from_exception(problem)).format()))
        return 1
    return 0


def main() -> None:
    seconds, megabytes = int(sys.argv[1]), int(sys.argv[2])
    code = sys.stdin.buffer.read().decode("utf-8")
    _limit(seconds, megabytes)
    _refuse_sockets()
    sys.argv = ["<code>"]
    sys.addaudithook(_guard(os.path.realpath(".")))
    outcome = _run(code)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(outcome)  # threads of the code do not keep it alive


if __name__ == "__main__":
    main()

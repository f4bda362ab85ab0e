"""Runs a command in a terminal of its own: types what it reads, writes what the terminal shows.

When its input ends, it closes the terminal. It ends with the command, and with its exit code; a
command that a signal ended gives 128 and the signal's number, as in a shell.
"""

import os
import pty
import select
import sys

pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])

sources = [terminal, 0]
while terminal in sources:
    ready, _, _ = select.select(sources, [], [])
    if terminal in ready:
        try:
            shown = os.read(terminal, 65536)
        except OSError:  # The command and all that it started have let go of the terminal.
            shown = b""
        if shown:
            os.write(1, shown)
        else:
            sources.remove(terminal)
    if 0 in ready:
        typed = os.read(0, 4096)
        if typed:
            os.write(terminal, typed)
        else:
            break
os.close(terminal)
_, status = os.waitpid(pid, 0)
code = os.waitstatus_to_exitcode(status)
sys.exit(code if code >= 0 else 128 - code)

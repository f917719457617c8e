"""Starts a command again and again, and each time kills it (SIGKILL) a little later: at
moments spread over its run. Then lets it end. No process may outlive it.
kill.py KILLS COMMAND..."""
import os
import signal
import subprocess
import sys
import time

kills, command = int(sys.argv[1]), sys.argv[2:]
output = command[-1]


def find_survivors():
    survivors = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                if output.encode() in file.read().split(b"\0") and int(pid) != os.getpid():
                    survivors.append(int(pid))
        except OSError:
            pass
    return survivors


for kill in range(kills):
    process = subprocess.Popen(command, start_new_session=True)
    time.sleep(0.3 * (kill + 1))
    process.send_signal(signal.SIGKILL)
    process.wait()
    for _ in range(100):
        if not find_survivors():
            break
        time.sleep(0.05)
    else:
        sys.exit(f"processes {find_survivors()} outlived the one that was killed")
sys.exit(subprocess.run(command).returncode)

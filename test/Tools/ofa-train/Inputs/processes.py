"""Runs a command twice, as two processes that train together: one told by torchrun's
variables, one by SLURM's. processes.py FIRST-OUTPUT SECOND-OUTPUT COMMAND..."""
import os
import socket
import subprocess
import sys

with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
common = dict(os.environ, MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
command = sys.argv[3:]
processes = [
    subprocess.Popen(command + ["-o", sys.argv[1]], env=dict(common, RANK="0", WORLD_SIZE="2")),
    subprocess.Popen(command + ["-o", sys.argv[2]],
                     env=dict(common, SLURM_PROCID="1", SLURM_NTASKS="2")),
]
sys.exit(max(process.wait() for process in processes))

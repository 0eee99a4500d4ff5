"""What every snippet finds in its session: an attacker who knows where everything is.

`host` is put in front of it by the harness. A snippet prints a line that begins with REACHED for
everything that it got hold of; what is refused is printed as refused.
"""

# ruff: noqa: F821, T201, BLE001, S101, S603, D103
import contextlib
import ctypes
import os
import platform
import signal
import socket
import subprocess
import sys
import threading
import time

import torch

libc = ctypes.CDLL(None, use_errno=True)
_CALLS = {  # name: number on x86-64, number on the others
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "pidfd_getfd": (438, 438),
    "io_uring_setup": (425, 425),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "add_key": (248, 217),
    "keyctl": (250, 219),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "clone3": (435, 435),
    "clone": (56, 220),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    "name_to_handle_at": (303, 264),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "mknodat": (259, 33),
    "personality": (135, 92),
    "ioprio_set": (251, 30),
    "sched_setattr": (314, 274),
    "capset": (126, 91),
    "kcmp": (312, 272),
    "syslog": (103, 116),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "acct": (163, 89),
    "settimeofday": (164, 170),
    "sethostname": (170, 161),
    "init_module": (175, 105),
    "process_madvise": (440, 440),
    "fchmodat2": (452, 452),
    "setxattr": (188, 5),
    "quotactl": (179, 60),
    "vhangup": (153, 58),
}

foreign = {1, host.pid, host.process, host.zygote, os.getppid()}
if host.level == "full":  # the same numbers name processes of the sandbox's own there
    foreign -= {int(name) for name in os.listdir("/proc") if name.isdigit() and name != "1"}
foreign -= {os.getpid()}


def syscall(name, *arguments):
    """Make a system call by name; OSError where it is refused."""
    column = 0 if platform.machine() == "x86_64" else 1
    ctypes.set_errno(0)
    given = [
        ctypes.c_long(value) if isinstance(value, int) else value for value in arguments
    ]
    result = libc.syscall(ctypes.c_long(_CALLS[name][column]), *given)
    if result == -1:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")
    return result


def attempt(act, *arguments, **options):
    """Do it; say REACHED where nothing refuses it, and give the result."""
    named = getattr(act, "__name__", str(act)) + repr(arguments)[:80]
    try:
        result = act(*arguments, **options)
    except Exception as error:
        print("refused", named, type(error).__name__)
        return None
    print("REACHED", named)
    return result

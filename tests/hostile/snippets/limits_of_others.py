# tries: starve foreign processes by their limits, priority and processors

import resource
for pid in foreign:
    attempt(resource.prlimit, pid, resource.RLIMIT_CPU, (0, 0))
    attempt(resource.prlimit, pid, resource.RLIMIT_NOFILE, (0, 0))
    attempt(os.setpriority, os.PRIO_PROCESS, pid, 19)
    attempt(os.sched_setaffinity, pid, {0})
    attempt(syscall, "ioprio_set", 1, pid, 3 << 13)
    attempt(syscall, "sched_setattr", pid, (ctypes.c_uint32 * 12)(48, 5), 0)
    attempt(os.setpgid, pid, 0)
attempt(os.setpriority, os.PRIO_USER, 0, 19)

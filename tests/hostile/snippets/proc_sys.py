# tries: change the kernel's settings

for name in ("kernel/core_pattern", "kernel/modprobe", "vm/overcommit_memory", "kernel/hostname", "kernel/ns_last_pid", "kernel/yama/ptrace_scope"):
    attempt(open, f"/proc/sys/{name}", "w")
attempt(open, "/proc/sysrq-trigger", "w")
attempt(open, "/proc/self/oom_score_adj", "w")
attempt(open, "/proc/self/uid_map", "w")
for pid in foreign:
    attempt(open, f"/proc/{pid}/oom_score_adj", "w")

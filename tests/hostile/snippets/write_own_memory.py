# tries: write memory through /proc, which ignores page protections

attempt(open, "/proc/self/mem", "r+b", 0)
for pid in foreign:
    attempt(open, f"/proc/{pid}/mem", "rb", 0)

# tries: see which programs run on the machine, and their arguments

import glob
for name in glob.glob("/proc/[0-9]*/cmdline"):
    with contextlib.suppress(OSError):
        text = open(name, "rb").read()
        # At `full`, process 1 is the keeper, a fork of the same program.
        if text != open("/proc/self/cmdline", "rb").read():
            print("REACHED", name, text)
for name in ("cmdline", "environ", "maps", "stat", "status", "mem", "io", "net/tcp"):
    with contextlib.suppress(OSError):
        open(f"/proc/{host.process}/{name}", "rb").read(1)
        if host.process in foreign:
            print("REACHED", name)

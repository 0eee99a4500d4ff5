# tries: take memory by shared mappings
# ends: error/crashed

import mmap
held = []
while True:
    area = mmap.mmap(-1, 32 << 20)
    area.write(b"x" * (32 << 20))
    held.append(area)

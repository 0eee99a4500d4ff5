# tries: map a terabyte of /dev/zero, of nothing, of huge pages

import mmap
descriptor = os.open("/dev/zero", os.O_RDWR)
attempt(mmap.mmap, descriptor, 1 << 40)
attempt(mmap.mmap, -1, 1 << 40, mmap.MAP_PRIVATE | 0x4000)
attempt(mmap.mmap, -1, 1 << 40, mmap.MAP_SHARED | 0x40000)

# tries: send the keeper frames of absurd lengths and contents
# ends: crashed

import struct
for body in (b"\xff\xff\xff\xff", struct.pack(">I", 3) + b"\xc1\xc1\xc1", struct.pack(">I", 1 << 25) + b"\x91" * 100_000):
    for number in range(3, 64):
        with contextlib.suppress(OSError):
            os.set_blocking(number, False)
            os.write(number, body)
time.sleep(5)

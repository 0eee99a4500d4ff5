# tries: say that the cell is done, then fork and take memory while nobody looks
# ends: ok
# pause: 2.5

import struct
import msgspec
body = msgspec.msgpack.encode({"type": "Done"})
for number in range(3, 64):
    with contextlib.suppress(OSError):
        os.write(number, struct.pack(">I", len(body)) + body)
time.sleep(0.3)
while True:
    with contextlib.suppress(OSError):
        os.fork()
    time.sleep(0.01)

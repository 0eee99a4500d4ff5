# tries: make the decoder of replies recurse without end
# ends: crashed/ok/error

import struct
body = b"\x82\xa4type\xa4Done\xa5error" + b"\x91" * 1_000_000
for number in range(3, 64):
    with contextlib.suppress(OSError):
        os.set_blocking(number, True)
        os.write(number, struct.pack(">I", len(body)) + body)
time.sleep(0.3)

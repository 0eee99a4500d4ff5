# tries: compute for ever with all signals handled
# ends: timeout
# seconds: 0.3

for number in range(1, 65):
    with contextlib.suppress(OSError, ValueError):
        signal.signal(number, lambda *_: None)
while True:
    pass

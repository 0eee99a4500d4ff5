# tries: put something else where the channel was
# ends: crashed

reading, writing = os.pipe()
for number in range(3, 64):
    if number not in (reading, writing):
        with contextlib.suppress(OSError):
            os.fstat(number)
            os.dup2(reading, number)
os.write(writing, b"\0\0\0\1\xc0" * 100)

# tries: fill the disk with files that no directory shows
# ends: error/crashed/timeout

block = b"x" * (8 << 20)
held = []
for number in range(200):
    file = open(f"big-{number}", "wb")
    os.remove(file.name)
    held.append(file)
    for _ in range(8):
        file.write(block)
        file.flush()
    time.sleep(0.02)
print("REACHED", number)

# tries: fill the disk with many files of the largest size
# ends: error/crashed/timeout

block = b"x" * (8 << 20)
for number in range(400):
    with open(f"big-{number}", "wb") as file:
        for _ in range(8):
            file.write(block)
print("REACHED", number)

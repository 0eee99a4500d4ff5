# tries: use up the inodes
# ends: error/crashed/timeout

for number in range(200_000):
    os.close(os.open(f"n{number}", os.O_CREAT | os.O_WRONLY))
print("REACHED", number)

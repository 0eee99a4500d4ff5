# tries: flood the terminal
# ends: ok

line = "x" * 4095 + "\n"
for _ in range(4000):
    sys.stdout.write(line)

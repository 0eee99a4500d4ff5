# tries: let a child come out of the cell and speak for the session
# ends: ok/crashed
# seconds: 10

for _ in range(5):
    if os.fork() == 0:
        break

# tries: have the kernel give it a share of the processors as large as the user's own

before = os.getsid(0)
child = os.fork()
if child == 0:
    os.setsid()
    os._exit(os.getsid(0) != before)
if os.waitpid(child, 0)[1] != 0:
    print("REACHED")

# tries: reach the machine's shared memory, semaphores and messages

attempt(syscall, "shmget", 0, 4096, 0o1600)
attempt(syscall, "semget", 0, 1, 0o1600)
attempt(syscall, "msgget", 0, 0o1600)
attempt(syscall, "mq_open", b"tutor", os.O_CREAT | os.O_RDWR, 0o600, None)
if libc.shmctl(host.segment, 0, None) == 0:
    print("REACHED a foreign segment")

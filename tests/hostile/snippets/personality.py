# tries: switch off address randomisation, and the priority of its own upwards

attempt(syscall, "personality", 0x0040000)
attempt(os.nice, -5)
attempt(os.sched_setscheduler, 0, os.SCHED_FIFO, os.sched_param(1))

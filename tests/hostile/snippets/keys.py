# tries: read or leave keys in the user's keyring

attempt(syscall, "add_key", b"user", b"tutor", b"x", 1, -4)
attempt(syscall, "keyctl", 0, -4, 0)

# tries: mount over what is read

attempt(syscall, "mount", b"tmpfs", b"/tmp", b"tmpfs", 0, None)
attempt(syscall, "open_tree", -100, b"/", 1)
attempt(syscall, "fsopen", b"tmpfs", 0)
attempt(syscall, "chroot", b".")
attempt(os.chroot, "/")

# tries: give a foreign file away, or attributes

attempt(os.chown, host.victim, os.getuid(), os.getgid())
attempt(os.lchown, host.victim, 1, 1)
attempt(os.setxattr, host.victim, "user.mark", b"x")
attempt(os.removexattr, host.victim, "user.kept")

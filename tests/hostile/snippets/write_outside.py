# tries: write, append, empty, create, remove and rename outside the scratch directory

attempt(open, host.victim, "w")
attempt(open, host.victim, "a")
attempt(os.truncate, host.victim, 0)
attempt(os.remove, host.victim)
attempt(os.rename, host.victim, host.victim + ".moved")
attempt(open, os.path.join(host.home, "new"), "w")
attempt(os.mkdir, os.path.join(host.home, "folder"))
attempt(os.rmdir, host.home)
attempt(torch.save, torch.ones(1), os.path.join(host.home, "new.pt"))

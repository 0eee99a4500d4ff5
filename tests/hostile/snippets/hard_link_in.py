# tries: hard-link a foreign file into the scratch directory and change it there

attempt(os.link, host.victim, "mine")
attempt(os.link, host.secret, "/dev/shm/mine")
attempt(os.link, torch.__file__, "library")

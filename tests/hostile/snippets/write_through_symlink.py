# tries: write outside through a symbolic link

os.symlink(host.victim, "link")
os.symlink(host.home, "folder")
attempt(open, "link", "w")
attempt(open, "folder/new", "w")
attempt(open, "link")
attempt(os.listdir, "folder")

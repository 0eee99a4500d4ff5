# tries: leave the session in a directory that is gone

os.mkdir("gone")
os.chdir("gone")
os.rmdir(os.path.join("..", "gone"))

# tries: learn that a foreign file exists, how large it is and where a link points
# not contained at partial: no Landlock so far covers stat() and readlink()

attempt(os.stat, host.secret)
attempt(os.readlink, host.link)

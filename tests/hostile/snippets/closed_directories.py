# tries: build directories that their owner may not enter, so that they stay behind

os.mkdir("closed", 0o300)
open("closed/inside", "w").close()
os.mkdir("closed/deeper", 0o000)
os.mkdir("none", 0o000)

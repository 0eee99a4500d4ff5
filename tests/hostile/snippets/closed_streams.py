# tries: close the streams, in Python and beneath
# breaks itself: without its streams a session can show nothing

sys.stdout.close()
os.close(1)
os.close(2)

# tries: start threads without end
# ends: error/crashed/timeout
# seconds: 8

threading.stack_size(64 * 1024)
while True:
    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()

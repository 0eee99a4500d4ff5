# tries: leave modules where a later import finds them

open("random.py", "w").write("raise SystemExit('planted')")
open("sitecustomize.py", "w").write("raise SystemExit('planted')")
sys.path.insert(0, os.getcwd())

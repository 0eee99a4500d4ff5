# tries: break the display of results

sys.displayhook = lambda _: (_ for _ in ()).throw(RuntimeError("bad"))
sys.excepthook = sys.unraisablehook = None
sys.displayhook = sys.__displayhook__

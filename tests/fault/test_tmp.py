import time, os
from tests.fault import orders
from tests.fault.doomed import Fate, worker, begin, Event

def prof(fate):
    import time, cProfile, pstats, threading
    t=time.time(); c=time.process_time()
    real = fate.event
    def ev(n):
        if not n.endswith("statement"): print(round(time.time()-t,3), round(time.process_time()-c,3), n, flush=True)
        real(n)
    fate.event = ev
    worker(fate)

def test_x(set_scene, cast):
    scene = set_scene(orders.company)
    with scene.copied() as stage:
        for i in range(3):
            t=time.time()
            a=stage.digest()
            print("digest", time.time()-t)
            stage.take_over()
            t=time.time()
            process = begin(prof, Fate(stage.place, Event("delete: done",1)))
            process.join()
            print("all", time.time()-t)
        print(stage.log())

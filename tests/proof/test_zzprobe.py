import time, cProfile, pstats
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import CAST
from tests.census.personas import PERSONAS
from tests.proof.visiting import Visitor
def test_probe():
    v=Visitor(PERSONAS[6]); 
    for name,path in [("404",reverse("people",args=[CAST.b.id])),("200",reverse("company",args=[CAST.a.id])),("adm404","/hallinta/company/organisation/"),("mfa","/tili/2fa/")]:
      for m in ("GET","DELETE"):
        v.ask(m,path)
        t=time.time();p=time.process_time()
        for i in range(100): a=v.ask(m,path)
        print(name,m,a.status_code,"wall",(time.time()-t)*10,"cpu",(time.process_time()-p)*10)
    with CaptureQueriesContext(connections["default"]) as c: v.ask("GET",reverse("people",args=[CAST.b.id]))
    for q in c: print(q["time"],q["sql"][:150])
    pr=cProfile.Profile(); pr.enable()
    for i in range(100): v.ask("GET",reverse("people",args=[CAST.b.id]))
    pr.disable(); pstats.Stats(pr).sort_stats("tottime").print_stats(25)

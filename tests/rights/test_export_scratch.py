import io, json, zipfile, time
from registry.company import tenant
from registry.rights.export.archive import Archive
from registry.rights.export.contents import of_me, of_our_company

def test_it(cast):
    for name, c in (("me", of_me(cast.accountant.id)), ("co", of_our_company(cast.a.id, asked_by=cast.a.admin.id))):
        a = Archive(c, "fi")
        t = time.perf_counter()
        data = b"".join(a)
        print(name, time.perf_counter()-t, len(data))
        open(f"/tmp/h_export/scratch/{name}.zip","wb").write(data)
        z = zipfile.ZipFile(io.BytesIO(data)); assert z.testzip() is None
        for i in z.infolist(): print(i.filename, i.file_size)
        print(z.read("manifest.json").decode()[:1500])
        for n in z.namelist():
            if n.startswith("data/") and True: print(n, z.read(n).decode()[:600])
    assert tenant.current() == tenant.Context()

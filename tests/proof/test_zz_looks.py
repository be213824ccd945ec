from tests.proof import canary
from tests.proof.test_canary_mutations import *
from tests.proof import test_canary_mutations as m
orig = canary.add_account_rows
def more(connection, cast):
    orig(connection, cast)
    for c in (cast.a, cast.b):
        connection.execute("INSERT INTO rights_correctionrequest (id, organisation_id, person_id, table_name, row_key, \"column\", old_value, new_value, reason, language, due_on, decided_by, outcome, answer) VALUES (gen_random_uuid(), %s, %s, 't', 'k', 'c', 'o', 'n', 'r', 'fi', current_date, 'admin', '', '')", [c.id, c.member.id])
canary.add_account_rows = more
fill = canary.columns_to_fill
canary.columns_to_fill = lambda c, t: [(n, k) for n, k in fill(c, t) if n not in ("language", "decided_by", "locked_at") and not (t == "rights_export" and n == "expires_at")]
l, t, r = m.left_of, m.tables_naming, m.rows_of_b
def ll(*a):
    x = l(*a); print("LEFT", x - m.LAWFUL); return x
def tt(*a):
    x = t(*a); print("TAB", x - m.LAWFUL_TABLES); return x
m.left_of, m.tables_naming = ll, tt
def rr(*a):
    x = r(*a); print("B", len(x)); rr.last = getattr(rr, "last", x); print({k for k in x if x[k] != rr.last.get(k)}); return x
m.rows_of_b = rr
for n in list(globals()):
    if n.startswith("test_") and n not in ("test_unchanged_it_is_green", "test_canary_mutations"): globals().pop(n)

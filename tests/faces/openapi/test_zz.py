from collections import Counter
from tests.faces.openapi.test_schema import *
import tests.faces.openapi.test_schema as m
def test_seen(machine, monkeypatch):
    import schemathesis
    seen=Counter()
    orig=schemathesis.Case.call_and_validate
    def spy(self, **k):
        r=orig(self, **k); seen[r.status_code, str((self.path_parameters or {}).get("number"))[:3]]+=1; return r
    monkeypatch.setattr(schemathesis.Case,"call_and_validate",spy)
    number=a_case(machine)
    with connection_kept():
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
        some_real_ones(schema, number)
        storm_of(schema, "POST /api/v1/cases/{number}/refusals-of-acceptance", machine)
    print(seen); assert 0

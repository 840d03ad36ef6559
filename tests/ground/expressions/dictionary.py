"""A small dictionary of elements, and strategies that build well-formed rules over it."""

from __future__ import annotations

from hypothesis import strategies as st

from tongban.ground.elements import Code, CodeList, ElementDefinition
from tongban.ground.expressions import (
    Arithmetic,
    Boolean,
    Compare,
    Count,
    DateDifference,
    Exists,
    InList,
    Literal,
    Parameter,
    Path,
)

KINDS = CodeList("hygiene_place", (Code("barber", "理发店"), Code("hotel", "宾馆"), Code("pool", "游泳馆")))

ELEMENTS = {
    definition.path: definition
    for definition in (
        ElementDefinition("place.area_m2", "场所面积", "decimal", unit="平方米", min="1", max="50000"),
        ElementDefinition("place.staff", "从业人数", "integer"),
        ElementDefinition("place.kind", "场所类别", "code", code_list=KINDS),
        ElementDefinition("place.kinds", "经营项目", "codes", code_list=KINDS),
        ElementDefinition("place.has_pool", "设有泳池", "boolean"),
        ElementDefinition("place.deposit", "押金", "money"),
        ElementDefinition("place.opened", "开业日期", "date"),
        ElementDefinition("place.sign", "招牌", "text"),
        ElementDefinition("person.id_number", "身份证号码", "id_number", sensitivity="personal"),
        ElementDefinition("person.birth", "出生日期", "date", sensitivity="personal"),
        ElementDefinition("premises[].area_m2", "门店面积", "decimal", unit="平方米"),
        ElementDefinition("premises[].sign", "门店招牌", "text"),
        ElementDefinition("premises[].rooms[].beds", "床位数", "integer"),
    )
}

AREA, STAFF, KIND = Path("place.area_m2"), Path("place.staff"), Path("place.kind")
POOL, DEPOSIT, OPENED = Path("place.has_pool"), Path("place.deposit"), Path("place.opened")
SHOP = Path("premises[].area_m2")
HUNDRED = Literal("integer", 100)

SOME_NUMBERS = st.integers(-3, 3)
numbers = st.deferred(
    lambda: (
        st.sampled_from([AREA, STAFF])
        | SOME_NUMBERS.map(lambda n: Literal("integer", n))
        | st.builds(Arithmetic, st.sampled_from(["add", "multiply"]), st.tuples(numbers, numbers))
        | st.builds(Arithmetic, st.sampled_from(["subtract", "divide"]), st.tuples(numbers, numbers))
        | st.builds(Count, st.just("premises"), st.none() | shop_conditions, st.just("门店"))
        | st.builds(DateDifference, st.sampled_from(["day", "month", "year"]), dates, dates)
    )
)
dates = st.sampled_from([OPENED, Parameter("today", "今天", "date"), Literal("date", "2026-02-28")])
shop_conditions = st.builds(
    Compare,
    st.sampled_from(["gt", "le", "eq", "ne"]),
    st.just(SHOP),
    SOME_NUMBERS.map(lambda n: Literal("decimal", str(n))),
)
ORDER = st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"])
conditions = st.deferred(
    lambda: (
        st.sampled_from([POOL, Literal("boolean", True), Literal("boolean", False)])
        | st.builds(Compare, ORDER, numbers, numbers)
        | st.builds(Compare, ORDER, dates, dates)
        | st.builds(
            InList, st.sampled_from([KIND, Path("place.kinds")]), st.sampled_from([(Literal("text", "barber"),), ()])
        )
        | st.builds(Boolean, st.sampled_from(["and", "or"]), st.lists(conditions, min_size=1, max_size=3).map(tuple))
        | st.builds(Boolean, st.just("not"), st.tuples(conditions))
        | st.builds(Exists, st.just("premises"), shop_conditions, st.just("门店"))
    )
)
answers = st.fixed_dictionaries(
    {},
    optional={
        "place.area_m2": st.sampled_from(["0", "1.5", "-2"]),
        "place.staff": SOME_NUMBERS,
        "place.kind": st.sampled_from(["barber", "hotel"]),
        "place.kinds": st.sampled_from([["barber"], ["hotel", "pool"]]),
        "place.has_pool": st.booleans(),
        "place.opened": st.sampled_from(["2024-02-29", "2026-11-22"]),
        "premises": st.sampled_from([[], ["0"], ["0", "b"]]),
        "premises[0].area_m2": st.sampled_from(["0", "1.5"]),
        "premises[b].area_m2": st.sampled_from(["2", "3"]),
    },
)
PARAMETERS = {"today": "2026-11-22"}

from __future__ import annotations

import pytest

from tongban.demo import searches
from tongban.demo.notices import in_role
from tongban.insight.search import counting, reports
from tongban.insight.search.models import SearchCount, SearchDemand
from tongban.registry.articles.models import ArticleViews

pytestmark = pytest.mark.django_db


@pytest.mark.covers("AIX-08")
def test_the_steward_finds_what_people_looked_for_in_vain_and_loading_again_changes_nothing():
    counting.forget()
    searches.load()
    steward = in_role("data_steward")
    failed = {line.query for line in reports.failed_queries(steward)}
    left = {line.query: line.demanded for line in reports.left_queries(steward)}
    assert {"彩票兑奖", "火车票改签"} <= failed
    assert left["停车位申请"] is True
    assert left["租房押金不退"] is False
    assert set(SearchDemand.objects.values_list("state", flat=True)) == {"open", "assigned", "declined"}
    assert min(ArticleViews.objects.values_list("views", flat=True)) > 100

    before = list(SearchCount.objects.order_by("id").values_list("query", "asked"))
    searches.load()
    assert list(SearchCount.objects.order_by("id").values_list("query", "asked")) == before

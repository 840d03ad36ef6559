"""Run on a site: one granted case of 陆明远; says the code of its item."""

from __future__ import annotations

import json

import django


def main() -> None:
    """Make it; the last line is JSON."""
    django.setup()
    from tests.support import builders
    from tongban.procedures.cases.models import Case

    case = Case.objects.select_related("version__option__item").get(pk=builders.a_granted_case())
    print(json.dumps({"item": case.version.option.item.code}))


if __name__ == "__main__":
    main()

"""Import of workbooks of items (实施清单), CAT-12: read, map columns, check every row, apply and undo as a whole.

Files in the order of the way of a row: ``opening`` (what file is it) -> ``spreadsheets`` and ``delimited`` (cells of
rows) -> ``grid`` (which row holds the headings) -> ``headings`` (which column is what) -> ``cells`` (a cell as text)
-> ``values`` and ``rows`` (a row as a listing) -> ``units`` (whose it is) -> ``staging`` (into a temporary table)
-> ``applying`` and ``undoing`` (sets, one transaction). ``services`` are the only writers, ``exporting`` the way back.
"""

"""The trial run 试运行 beside the old system: its list of cases against ours, and whether to switch over (WIN-23)."""

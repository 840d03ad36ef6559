"""The rehearsal site 演练环境: what a city configured, nothing of its residents, and nothing that counts (WIN-23)."""

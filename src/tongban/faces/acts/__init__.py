"""Acts on a case as screens: one declarative table an audience, one form, one way to carry out (desk and portal).

``act``: what an act is. ``controls``, ``targets``, ``uploads``: what a form is made of. ``form``: read, check, do.
"""

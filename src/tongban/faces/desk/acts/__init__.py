"""What staff may do to a case, one screen an act: ``/desk/cases/<number>/acts/<act>/``."""

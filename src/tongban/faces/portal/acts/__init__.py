"""What an applicant may do to a case that goes on: ``/my/cases/<number>/acts/<act>/``."""

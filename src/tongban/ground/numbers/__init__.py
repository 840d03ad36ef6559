"""Human numbers from one counter row a scope: ``services.next_number``."""

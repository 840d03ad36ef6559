"""The ledger: immutable events, hash-chained per subject, sealed by Merkle roots, read in commit order.

``chain`` (pure) makes rows; ``services.append`` writes them for simple subjects; ``selectors`` reads; ``sealer`` makes
roots and day seals; ``verifier`` checks everything; ``consumers`` runs the reactions of rooms; ``restore`` repairs what
a restored database loses.
"""

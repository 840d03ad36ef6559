"""Django application ``licences``."""

from pathlib import Path

from django.apps import AppConfig


class LicencesConfig(AppConfig):
    """Registers this room with Django, its subjects with the ledger and its papers with the typesetter."""

    name = "tongban.registry.licences"
    label = "licences"

    def ready(self) -> None:
        """Say what this room adds to the ground."""
        from tongban.ground.documents.typesetting import register_template
        from tongban.ground.ledger.subjects import register_subject
        from tongban.registry.licences import neighbours
        from tongban.registry.licences.models import Licence, Seal

        register_subject("licence", Licence)
        register_subject("seal", Seal)
        neighbours.register()
        for paper in sorted((Path(__file__).parent / "papers").glob("[a-z]*.typ")):
            register_template(paper.stem, paper)

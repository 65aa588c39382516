"""The campaign is played once, by the fixture that the tests of the application share."""

from app.conftest import played

__all__ = ["played"]

"""What the rules about a batch ask again and again: the batch and its specification. No rule."""

from __future__ import annotations

from custody.domain.batch import Batch
from custody.domain.product import Product, Specification
from custody.rules.model import Case


def batch_of(case: Case) -> Batch:
    """Return the batch that a gate asked only for batches is about."""
    assert isinstance(case.state, Batch)  # noqa: S101 - the gate is asked for batches only
    return case.state


def limits_of(product: Product, batch: Batch) -> Specification:
    """Return the version the batch is judged by, the current one where it names an unknown one."""
    return product.applicable(batch.specification, batch.released_index) or product.current


def specification_of(case: Case, batch: Batch) -> Specification | None:
    """Return the version the batch is judged by (`Product.applicable`), None when unknown."""
    product = case.world.get(batch.product)
    if not isinstance(product, Product):
        return None
    return product.applicable(batch.specification, batch.released_index)

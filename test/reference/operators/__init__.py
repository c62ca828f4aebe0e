"""Every operator by its mathematics: the second opinion of the forms campaign."""

from .arrays import ARRAYS
from .elementwise import ELEMENTWISE, HELD
from .losses import LOSSES
from .matrices import MATRICES, Refused, Unknown, choices, condition

ON_ARRAYS = {**ARRAYS, **LOSSES, **MATRICES}

__all__ = ['ELEMENTWISE', 'HELD', 'ON_ARRAYS', 'Refused', 'Unknown', 'choices', 'condition']

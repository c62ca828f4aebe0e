"""Sums of products by numpy.einsum where axes of length 1 broadcast, or where it refuses: python3 make_einsum.py"""
import json
from pathlib import Path

import numpy as np

CASES = [
    ("ij,jk->ik", (2, 1), (3, 4)), ("ij,jk->ik", (2, 3), (1, 4)), ("ij,jk", (1, 3), (3, 1)), ("i,i->", (1,), (3,)), ("i,i->i", (3,), (1,)),
    ("ij,ij->ij", (1, 3), (2, 1)), ("ij,ij->j", (1, 3), (2, 1)), ("ij,ij->", (1, 3), (2, 1)), ("i,i,i->i", (1,), (1,), (4,)),
    ("i,i,i->", (1,), (4,), (1,)), ("ij,k,ik->j", (1, 3), (1,), (4, 2)), ("bij,bjk->bik", (1, 2, 3), (5, 3, 2)),
    ("bij,bjk->bik", (5, 2, 1), (1, 3, 2)), ("ii->i", (1, 3)), ("ii", (3, 3)), ("ij,jk->ik", (2, 2), (3, 4)), ("i,i->i", (0,), (1,)),
    ("i,i->", (0,), (1,)), ("i,ij->j", (1,), (3, 2)), ("ij,jk,kl->il", (2, 1), (3, 1), (4, 5)), ("ij,ji->", (1, 3), (1, 2)),
    ("ij,ji->", (1, 3), (3, 2)), ("...j,j->...", (2, 3), (1,)), ("i...,i->...", (1, 4), (3,)), ("ij->j", (1, 3)), ("i,j,i->j", (1,), (2,), (3,)),
]


def values(shape, shift):
    return (np.arange(int(np.prod(shape))) * 7 + shift) % 5 + 1.0


table = []
for subscripts, *shapes in CASES:
    operands = [values(shape, k).reshape(shape) for k, shape in enumerate(shapes)]
    try:
        result = np.einsum(subscripts, *operands)
        found = {"shape": list(result.shape), "data": result.ravel().tolist()}
    except ValueError:
        found = None
    table.append({"subscripts": subscripts, "operands": [{"shape": list(x.shape), "data": x.ravel().tolist()} for x in operands], "result": found})

Path(__file__).with_name("einsum.json").write_text(json.dumps(table) + "\n")

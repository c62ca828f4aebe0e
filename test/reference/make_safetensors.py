"""Writes safetensors.json: a file in the safetensors format, put together from its description with struct and NumPy, and the numbers in it.

python3 test/reference/make_safetensors.py > test/reference/safetensors.json
"""
import base64
import json
import struct

import numpy as np

floats = np.array([0.0, -0.0, 1.5, -2.25, 65504.0, 6e-8, np.inf, -np.inf])
ints = [0, 1, -1, 127, -128]
arrays = {
    "f64": ("F64", np.array([[1 / 3, -1e300], [5e-324, np.pi]], "<f8")),
    "f32": ("F32", np.array([1 / 3, 1e-45, -3.4e38], "<f4")),
    "f16": ("F16", floats.astype("<f2")),
    "bf16": ("BF16", (np.array([1.0, -2.5, 3.140625, 1e38, np.inf], "<f4").view("<u4") >> 16).astype("<u2")),
    "i64": ("I64", np.array([2**53 - 1, -(2**53) + 1, 7], "<i8")),
    "u64": ("U64", np.array([2**53 - 1, 0], "<u8")),
    "i32": ("I32", np.array([2**31 - 1, -(2**31)], "<i4")),
    "u32": ("U32", np.array([2**32 - 1], "<u4")),
    "i16": ("I16", np.array([-32768, 5], "<i2")),
    "u16": ("U16", np.array([65535], "<u2")),
    "i8": ("I8", np.array(ints, "<i1")),
    "u8": ("U8", np.array([255, 0], "u1")),
    "mask": ("BOOL", np.array([[True, False, True]])),
    "none": ("F32", np.zeros((2, 0), "<f4")),
    "scalar": ("F64", np.array(2.5, "<f8")),
}
header, data = {"__metadata__": {"format": "pt", "note": "größer"}}, b""
for name, (dtype, a) in arrays.items():
    header["model." + name] = {"dtype": dtype, "shape": list(a.shape), "data_offsets": [len(data), len(data) + a.nbytes]}
    data += a.tobytes()
text = json.dumps(header, ensure_ascii=False).encode()


def number(x):
    return str(x) if isinstance(x, float) and (np.isinf(x) or (x == 0 and np.signbit(x))) else x


def values(dtype, a):
    if dtype == "BF16":
        a = (a.astype("<u4") << 16).view("<f4")
    if dtype != "BOOL":
        a = a.astype("f8")
    return [number(x) for x in a.reshape(-1).tolist()]


print(
    json.dumps(
        {
            "file": base64.b64encode(struct.pack("<Q", len(text)) + text + data).decode(),
            "tensors": {n: {"dtype": d, "shape": list(a.shape), "values": values(d, a)} for n, (d, a) in arrays.items()},
        }
    )
)

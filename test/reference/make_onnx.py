"""Writes onnx.json: small models of one operator each, and of networks, with what onnxruntime makes of them.

python3 -m pip install onnx onnxruntime numpy; python3 test/reference/make_onnx.py > test/reference/onnx.json
"""
import base64
import json

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

onnxruntime.set_default_logger_severity(4)
rng = np.random.default_rng(7)
cases = []


def f(*shape, positive=False):
    x = rng.standard_normal(shape).round(3).astype(np.float32)
    return np.abs(x) + np.float32(0.5) if positive else x


def i(*numbers):
    return np.array(numbers, np.int64)


def add(name, nodes, inputs, constants, opset=18, outputs=1):
    """A model of nodes from x0, x1, … and constants c0, c1, … to y0, …"""
    known = {**{f'x{k}': x for k, x in enumerate(inputs)}, **{f'c{k}': c for k, c in enumerate(constants)}}
    info = lambda name, x: helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(x.dtype), x.shape)
    graph = helper.make_graph(
        nodes,
        'g',
        [info(f'x{k}', x) for k, x in enumerate(inputs)],
        [helper.make_empty_tensor_value_info(f'y{k}') for k in range(outputs)],
        [numpy_helper.from_array(np.asarray(c), f'c{k}') for k, c in enumerate(constants)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', opset)], ir_version=8)
    model = onnx.shape_inference.infer_shapes(model)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    given = {f'x{k}': x for k, x in enumerate(inputs)}
    results = session.run(None, given)
    plain = lambda x: {'shape': list(x.shape), 'numbers': [float(e) if np.isfinite(e) else {'inf': 'Infinity', '-inf': '-Infinity'}.get(str(e), 'NaN') for e in x.ravel()]}
    cases.append({
        'name': name,
        'model': base64.b64encode(model.SerializeToString()).decode(),
        'inputs': {k: plain(x) for k, x in given.items()},
        'outputs': {f'y{k}': plain(x) for k, x in enumerate(results)},
    })


def op(opType, inputs, constants=(), opset=18, outputs=1, label='', order=None, **attributes):
    names = order or [f'x{k}' for k in range(len(inputs))] + [f'c{k}' for k in range(len(constants))]
    node = helper.make_node(opType, names, [f'y{k}' for k in range(outputs)], **attributes)
    add(f'{opType} {label}'.strip(), [node], list(inputs), list(constants), opset, outputs)


for name in ['Abs', 'Neg', 'Exp', 'Sin', 'Cos', 'Tan', 'Atan', 'Sinh', 'Cosh', 'Asinh', 'Tanh', 'Sigmoid', 'Relu', 'Sign', 'Floor', 'Ceil', 'Round', 'Erf',
             'Softplus', 'Softsign', 'LeakyRelu', 'Elu', 'Celu', 'Selu', 'HardSigmoid', 'HardSwish', 'Mish', 'Identity', 'IsNaN']:
    op(name, [f(2, 3)])
for name in ['Log', 'Sqrt', 'Reciprocal']:
    op(name, [f(4, positive=True)])
op('Asin', [f(3) / 4]); op('Acos', [f(3) / 4]); op('Atanh', [f(3) / 4]); op('Acosh', [f(3, positive=True) + 1])
op('Gelu', [f(4)], opset=20); op('Gelu', [f(4)], opset=20, label='tanh', approximate='tanh')
for name in ['Add', 'Sub', 'Mul', 'Div']:
    op(name, [f(2, 3), f(3)])
op('Div', [i(7, -7, 5), i(2, 2, -3)], label='of integers')
op('Pow', [f(3, positive=True), f(3)]); op('PRelu', [f(2, 3), f(3)])
op('Mod', [i(7, -7, 5), i(3, 3, -3)]); op('Mod', [f(3), f(3)], label='fmod', fmod=1)
for name in ['Max', 'Min', 'Sum', 'Mean']:
    op(name, [f(2, 3), f(3), f(2, 1)])
for name in ['Equal', 'Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual']:
    op(name, [np.array([1, 2, 3], np.float32), np.array([2, 2, 2], np.float32)])
truths = [np.array([True, True, False]), np.array([True, False, False])]
for name in ['And', 'Or', 'Xor']:
    op(name, truths)
op('Not', truths[:1]); op('Where', [truths[0], f(3), f(3)])
op('Clip', [f(5)], [np.float32(-0.5), np.float32(0.25)]); op('Clip', [f(5)], opset=6 + 1, label='of version 7', min=-0.5, max=0.25)
op('Cast', [f(4)], label='to integers', to=TensorProto.INT64); op('Cast', [f(4)], label='to truths', to=TensorProto.BOOL); op('Cast', [i(1, 2)], label='to floats', to=TensorProto.FLOAT)
op('Dropout', [f(4)])
op('Reshape', [f(2, 3, 4)], [i(0, -1)]); op('Flatten', [f(2, 3, 4)]); op('Flatten', [f(2, 3, 4)], label='at 2', axis=2)
op('Squeeze', [f(1, 3, 1)], [i(0)]); op('Squeeze', [f(1, 3, 1)], opset=11, label='of version 11', axes=[2]); op('Unsqueeze', [f(3)], [i(0, -1)])
op('Transpose', [f(2, 3, 4)], perm=[1, 2, 0]); op('Transpose', [f(2, 3)], label='of all axes')
op('Concat', [f(2, 3), f(1, 3)], axis=0); op('Concat', [f(2, 3), f(2, 1)], label='at -1', axis=-1)
op('Slice', [f(4, 5)], [i(1, -1), i(2**62, -(2**62)), i(0, 1), i(1, -2)]); op('Slice', [f(4, 5)], opset=9, label='of version 9', starts=[0, 1], ends=[3, -1])
op('Gather', [f(3, 4)], [i(2, -1)], axis=1); op('Gather', [f(3, 4)], [np.array(1, np.int64)], label='of one')
op('GatherElements', [f(2, 3)], [np.array([[0, 2], [1, -1]], np.int64)], axis=1); op('GatherND', [f(2, 3, 2)], [np.array([[0, 1], [1, -1]], np.int64)])
op('ScatterElements', [f(3, 2), f(1, 2)], [np.array([[2, 0]], np.int64)], order=['x0', 'c0', 'x1']); op('ScatterElements', [f(3), f(3)], [i(1, 1, 0)], order=['x0', 'c0', 'x1'], label='add', reduction='add')
op('Pad', [f(2, 3)], [i(1, 0, 0, 2), np.float32(0.5)]); op('Pad', [f(2, 3)], [i(0, 1, 0, 2)], label='reflect', mode='reflect'); op('Pad', [f(2, 3)], opset=10, label='of version 10', pads=[0, 1, 1, 0], value=2.0)
op('Expand', [f(3, 1)], [i(2, 1, 4)]); op('Tile', [f(2, 2)], [i(1, 3)]); op('Trilu', [f(3, 3)]); op('Trilu', [f(3, 3)], label='lower', upper=0)
op('Split', [f(2, 5)], [i(2, 3)], outputs=2, axis=1); op('Split', [f(4, 2)], opset=11, outputs=2, label='of version 11')
op('Shape', [f(2, 3)]); op('Size', [f(2, 3)]); op('ConstantOfShape', [i(2, 2)], value=numpy_helper.from_array(np.array([1.5], np.float32)))
op('Range', [np.array(e, np.float32) for e in (1, 6, 2)]); op('OneHot', [i(0, 2, -1)], [np.array(3, np.int64), np.array([-1, 4], np.float32)])
op('TopK', [f(2, 5)], [i(2)], outputs=2); op('TopK', [f(5)], [i(3)], outputs=2, label='smallest', largest=0)
op('MatMul', [f(2, 3, 4), f(4, 2)]); op('Gemm', [f(2, 3), f(4, 3), f(4)], transB=1, alpha=0.5, beta=2.0); op('Einsum', [f(2, 3), f(4, 3)], equation='ij,kj->ik')
op('Conv', [f(1, 2, 5, 5), f(4, 1, 3, 3), f(4)], group=2, pads=[1, 0, 1, 2], strides=[2, 1]); op('Conv', [f(1, 2, 7), f(3, 2, 3)], label='of one axis', dilations=[2]); op('Conv', [f(1, 1, 5, 6), f(1, 1, 2, 3)], label='same', auto_pad='SAME_UPPER', strides=[2, 2])
op('ConvTranspose', [f(1, 2, 3, 3), f(2, 3, 2, 2), f(3)], strides=[2, 2], pads=[1, 0, 1, 0])
op('MaxPool', [f(1, 2, 5, 5)], kernel_shape=[3, 2], strides=[2, 2], pads=[1, 0, 0, 1]); op('MaxPool', [f(1, 1, 6, 6)], label='ceil', kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
op('AveragePool', [f(1, 2, 5, 5)], kernel_shape=[3, 3], pads=[1, 1, 1, 1]); op('AveragePool', [f(1, 1, 5, 5)], label='with padding', kernel_shape=[3, 3], pads=[1, 1, 1, 1], count_include_pad=1)
op('GlobalAveragePool', [f(2, 3, 4, 4)]); op('GlobalMaxPool', [f(2, 3, 4)])
op('BatchNormalization', [f(2, 3, 4), f(3), f(3), f(3), f(3, positive=True)]); op('InstanceNormalization', [f(2, 3, 4), f(3), f(3)], epsilon=1e-3); op('LayerNormalization', [f(2, 3, 4), f(3, 4), f(3, 4)], axis=-2)
op('Softmax', [f(2, 3)]); op('Softmax', [f(2, 2, 3)], opset=11, label='of version 11'); op('LogSoftmax', [f(2, 3)], axis=0)
for name in ['Sum', 'Mean', 'Max', 'Min', 'Prod', 'L1', 'L2', 'SumSquare', 'LogSumExp']:
    op(f'Reduce{name}', [f(2, 3, 2)], [i(0, 2)], keepdims=0)
op('ReduceLogSum', [f(2, 3, positive=True)], [i(1)]); op('ReduceSum', [f(2, 3)], label='over all'); op('ReduceMean', [f(2, 3)], opset=13, label='of version 13', axes=[1]); op('ReduceSum', [f(2, 3)], label='over none', noop_with_empty_axes=1)
op('ArgMax', [f(3, 4)], axis=1); op('ArgMin', [f(3, 4)], keepdims=0); op('CumSum', [f(2, 3)], [np.array(1, np.int32)], reverse=1)

op('IsInf', [np.array([np.inf, -np.inf, np.nan, 1], np.float32)], opset=20, detect_negative=0); op('CastLike', [f(3), i(1)], opset=19)
op('Constant', [], value=numpy_helper.from_array(f(2, 2))); op('Constant', [], label='of numbers', value_floats=[0.5, 2.0]); op('Constant', [], label='of integers', value_ints=[3, 4])
sums = helper.make_graph(
    [helper.make_node('Add', ['s', 'x'], ['s1']), helper.make_node('Exp', ['s1'], ['y'])],
    'round', [helper.make_tensor_value_info(name, TensorProto.FLOAT, [2]) for name in ['s', 'x']], [helper.make_tensor_value_info(name, TensorProto.FLOAT, [2]) for name in ['s1', 'y']])
op('Scan', [f(2), f(3, 2)], outputs=2, body=sums, num_scan_inputs=1, scan_input_directions=[1], scan_output_directions=[0])

branch = lambda kind: helper.make_graph([helper.make_node(kind, ['x1'], ['b'])], 'b', [], [helper.make_empty_tensor_value_info('b')])
for chosen in [True, False]:
    add(f'If {chosen}', [helper.make_node('If', ['x0'], ['y0'], then_branch=branch('Exp'), else_branch=branch('Neg'))], [np.array(chosen), f(3)], [])
body = helper.make_graph(
    [helper.make_node('Add', ['s', 'c2'], ['s1']), helper.make_node('Less', ['s1', 'c1'], ['more1']), helper.make_node('Mul', ['s1', 's1'], ['row'])],
    'round',
    [helper.make_tensor_value_info('k', TensorProto.INT64, []), helper.make_tensor_value_info('more', TensorProto.BOOL, []), helper.make_tensor_value_info('s', TensorProto.FLOAT, [])],
    [helper.make_tensor_value_info('more1', TensorProto.BOOL, []), helper.make_tensor_value_info('s1', TensorProto.FLOAT, []), helper.make_tensor_value_info('row', TensorProto.FLOAT, [])],
)
add('Loop', [helper.make_node('Loop', ['c0', '', 'x0'], ['y0', 'y1'], body=body)], [np.array(1, np.float32)], [np.array(10, np.int64), np.float32(4), np.float32(1.25)], outputs=2)

n = helper.make_node
add('a network of convolutions', [
    n('Conv', ['x0', 'c0', 'c1'], ['a'], pads=[1, 1, 1, 1]), n('BatchNormalization', ['a', 'c2', 'c3', 'c4', 'c5'], ['b']), n('Relu', ['b'], ['r']),
    n('MaxPool', ['r'], ['p'], kernel_shape=[2, 2], strides=[2, 2]), n('Shape', ['p'], ['s']), n('Gather', ['s', 'c6'], ['batch']), n('Concat', ['batch', 'c7'], ['to'], axis=0),
    n('Reshape', ['p', 'to'], ['flat']), n('Gemm', ['flat', 'c8', 'c9'], ['logits'], transB=1), n('Softmax', ['logits'], ['y0'])],
    [f(2, 1, 6, 6)], [f(2, 1, 3, 3), f(2), f(2), f(2), f(2), f(2, positive=True), i(0), i(-1), f(3, 18) / np.float32(8), f(3)])

print(json.dumps(cases, separators=(',', ':')).replace('},{"name"', '},\n{"name"'))

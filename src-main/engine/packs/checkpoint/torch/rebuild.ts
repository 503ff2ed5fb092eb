import type { TensorType } from '../checkpoint.ts';
import { damagedPickle } from '../pickle/pickle-bytes.ts';
import type { PickleHost } from '../pickle/read-pickle.ts';
import { GlobalName, Instance, type PickleValue } from '../pickle/values.ts';
import { mostDimensions, viewOf } from '../strides.ts';
import { checkName, currentModule, mayBeInert, refusedName, shown } from './allowed-names.ts';
import { Storage, StoredTensor, UnreadableTensor } from './stored-tensor.ts';

/** Characters of a class's full name. */
const mostNameLength = 2000;

const storageTypes = new Map<string, TensorType>([
  ['DoubleStorage', 'float64'],
  ['FloatStorage', 'float32'],
  ['HalfStorage', 'float16'],
  ['BFloat16Storage', 'bfloat16'],
  ['LongStorage', 'int64'],
  ['IntStorage', 'int32'],
  ['ShortStorage', 'int16'],
  ['CharStorage', 'int8'],
  ['ByteStorage', 'uint8'],
  ['BoolStorage', 'bool'],
]);

/** Functions of torch that make tensors of other kinds than dense ones. */
const otherTensors = new Map([
  ['torch._utils._rebuild_qtensor', 'a quantised tensor'],
  ['torch._utils._rebuild_sparse_tensor', 'a sparse tensor'],
  ['torch._utils._rebuild_sparse_csr_tensor', 'a sparse tensor'],
  ['torch._utils._rebuild_nested_tensor', 'a nested tensor'],
  ['torch._utils._rebuild_meta_tensor_no_storage', 'a tensor without values'],
  ['torch._utils._rebuild_device_tensor_from_numpy', 'a tensor of a special device'],
  ['torch._utils._rebuild_device_tensor_from_cpu_tensor', 'a tensor of a special device'],
  ['torch._utils._rebuild_wrapper_subclass', 'a tensor of a special class'],
]);

/** What TorchScript wraps lists in, and lists that are data all the same. */
const wrappers = new Set([
  'builtins.set',
  'builtins.frozenset',
  'builtins.list',
  'builtins.tuple',
  'builtins.dict',
  'collections.Counter',
  'collections.deque',
  'torch.Size',
  'torch._utils._rebuild_parameter',
  'torch._utils._rebuild_parameter_with_state',
  'torch.jit._pickle.build_intlist',
  'torch.jit._pickle.build_doublelist',
  'torch.jit._pickle.build_boollist',
  'torch.jit._pickle.build_tensorlist',
  'torch.jit._pickle.restore_type_tag',
]);

/**
 * What the pickle of a PyTorch file may name, and what becomes of it: dicts, tensors as places in
 * storages, and inert data. Everything else refuses the file.
 */
export const torchHost: PickleHost = {
  global(module, name) {
    if (module.length + name.length > mostNameLength) throw damagedPickle('a name is too long');
    const found = new GlobalName(currentModule(module), name);
    checkName(found.module, found.name);
    return found;
  },

  call({ path }, args) {
    switch (path) {
      case 'collections.OrderedDict':
        if (args.length > 0) throw damagedPickle('an OrderedDict is not as torch writes it');
        return new Map();
      case 'torch._utils._rebuild_tensor':
      case 'torch._utils._rebuild_tensor_v2':
        return denseTensor(args);
      case 'torch._utils._rebuild_tensor_v3':
        return tensorOfType(args);
      case 'torch._tensor._rebuild_from_type_v2':
        return ofSubclass(args);
    }
    const other = otherTensors.get(path);
    if (other !== undefined)
      return new UnreadableTensor(other, args[0] instanceof Storage ? args[0] : undefined);
    if (wrappers.has(path) && args[0] !== undefined) return args[0];
    if (!mayBeInert(path)) throw refusedName(path);
    return new Instance(path, args);
  },

  persistent(id) {
    const [tag, type, key, , length] = Array.isArray(id) ? id : [];
    if (
      tag !== 'storage' ||
      !(type instanceof GlobalName) ||
      typeof key !== 'string' ||
      typeof length !== 'number' ||
      !Number.isSafeInteger(length) ||
      length < 0
    )
      throw damagedPickle('a storage is not described as torch does');
    return new Storage(key, storageTypes.get(type.name), shown(type.name), length);
  },
};

function denseTensor(args: readonly PickleValue[]): StoredTensor | UnreadableTensor {
  const [storage] = args;
  if (!(storage instanceof Storage)) throw damagedPickle('a tensor has no storage');
  const { type } = storage;
  if (type === undefined)
    return new UnreadableTensor(`of the type ${storage.typeName.replace(/Storage$/, '')}`, storage);
  return checkedTensor(storage, type, args);
}

/** Types without a storage of their own (float8, unsigned): untyped bytes and the type beside them. */
function tensorOfType(args: readonly PickleValue[]): UnreadableTensor {
  const [storage, , , , , , type] = args;
  if (!(storage instanceof Storage) || !(type instanceof GlobalName))
    throw damagedPickle('a tensor has no storage');
  return new UnreadableTensor(`of the type ${shown(type.name)}`, storage);
}

/** Parameters with attributes, and subclasses: (function, type, arguments, state). */
function ofSubclass(args: readonly PickleValue[]): PickleValue {
  const [rebuild, type, inner] = args;
  if (!(rebuild instanceof GlobalName) || !(type instanceof GlobalName) || !Array.isArray(inner))
    throw damagedPickle('a tensor is not described as torch does');
  if (rebuild.path === 'torch._tensor._rebuild_from_type_v2')
    throw damagedPickle('a tensor is described by itself');
  return torchHost.call(rebuild, inner);
}

function checkedTensor(storage: Storage, type: TensorType, args: readonly PickleValue[]): StoredTensor {
  const [, offset, shape, strides] = args;
  if (!isSizes(shape) || !isSizes(strides) || typeof offset !== 'number' || !Number.isSafeInteger(offset))
    throw damagedPickle('a tensor is not described as torch does');
  const view = viewOf(shape, strides);
  if (view === undefined) throw damagedPickle('a tensor has an impossible shape');
  if (offset < 0 || offset + view.span > storage.length)
    throw damagedPickle('a tensor reaches beyond its storage');
  // Copies: the lists still belong to the pickle, which could change them after the check.
  return new StoredTensor(storage, type, offset, [...shape], [...strides]);
}

function isSizes(value: PickleValue | undefined): value is number[] {
  // The length first: a list of a million may be named a million times.
  return (
    Array.isArray(value) && value.length <= mostDimensions && value.every((size) => typeof size === 'number')
  );
}

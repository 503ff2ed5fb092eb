import { Built } from '../pickle/values.ts';
import type { TensorType } from '../checkpoint.ts';

/** A storage of a PyTorch file: one entry of its archive. */
export class Storage extends Built {
  readonly kind = 'a storage';
  /** Its entry is `<root>/data/<key>`. */
  readonly key: string;
  /** Undefined when its elements are of no type that is read here. */
  readonly type: TensorType | undefined;
  /** The type as torch names it ("ComplexFloatStorage"). */
  readonly typeName: string;
  /** Number of elements. */
  readonly length: number;

  constructor(key: string, type: TensorType | undefined, typeName: string, length: number) {
    super();
    this.key = key;
    this.type = type;
    this.typeName = typeName;
    this.length = length;
  }
}

/** A view of a storage; its bounds lie within the storage's. */
export class StoredTensor extends Built {
  readonly kind = 'a tensor';
  readonly storage: Storage;
  readonly type: TensorType;
  /** First element within the storage. */
  readonly offset: number;
  readonly shape: readonly number[];
  /** Steps within the storage, in elements. */
  readonly strides: readonly number[];

  constructor(
    storage: Storage,
    type: TensorType,
    offset: number,
    shape: readonly number[],
    strides: readonly number[],
  ) {
    super();
    this.storage = storage;
    this.type = type;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

/** A tensor of a kind that cannot be read; refused only where it belongs to the model. */
export class UnreadableTensor extends Built {
  readonly kind: string;
  readonly storage: Storage | undefined;

  constructor(kind: string, storage?: Storage) {
    super();
    this.kind = kind;
    this.storage = storage;
  }
}

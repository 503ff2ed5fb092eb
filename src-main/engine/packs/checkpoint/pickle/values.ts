/**
 * What a pickle describes, as plain data. Dicts are Maps, so that no key ("__proto__") can reach
 * a prototype; lists and tuples are both arrays, since nothing here depends on the difference.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | PickleDict
  | Set<PickleValue>
  | GlobalName
  | Instance
  | Built;

export type PickleDict = Map<PickleValue, PickleValue>;

/** A class or function that the pickle names. It stays a name: there is nothing behind it. */
export class GlobalName {
  readonly module: string;
  readonly name: string;

  constructor(module: string, name: string) {
    this.module = module;
    this.name = name;
  }

  get path(): string {
    return `${this.module}.${this.name}`;
  }
}

/** An object of a class that has no meaning here: its name and the data that it was to be made of. */
export class Instance {
  readonly className: string;
  readonly args: PickleValue;
  /** What BUILD gave it: usually the dict of its attributes. */
  state: PickleValue = null;
  /** What was put into it, where it is a kind of dict. */
  entries: PickleDict | undefined;
  /** What was put into it, where it is a kind of list or set. */
  items: PickleValue[] | undefined;

  constructor(className: string, args: PickleValue) {
    this.className = className;
    this.args = args;
  }
}

/** A value that the reader's host made of a call or a persistent id. */
export abstract class Built {
  /** What it is, to follow "is" in a sentence. */
  abstract readonly kind: string;
}

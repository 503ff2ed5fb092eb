import { DescryError } from '../../../errors.ts';
import { GlobalName, Instance, type PickleDict, type PickleValue } from '../pickle/values.ts';
import { withoutWrapperPrefix } from '../wrapper-prefix.ts';
import { shown } from './allowed-names.ts';
import { StoredTensor, UnreadableTensor } from './stored-tensor.ts';

/** Names that only a model's weights have. */
const stateDictKeys = ['state_dict', 'model_state_dict', 'model_state'];

/** Names under which training code saves a model beside other things, the most usual first. */
const modelKeys = [
  'model',
  ...stateDictKeys,
  'module',
  'net',
  'network',
  'weights',
  'params',
  'model_ema',
  'ema',
  'state_dict_ema',
];

/** What never is a model, where a file has no name for it. */
const otherKeys = /(optimi[sz]er|optim|scheduler|sched|scaler)s?$|^(amp|args|config|hyper)/i;

const mostTensors = 100_000;
const mostNameLength = 1000;
const mostNesting = 32;
const mostVisits = 5_000_000;

/** A checkpoint's model and what stands beside it. */
export interface FoundModel {
  tensors: Map<string, StoredTensor>;
  scalars: Map<string, number | string | boolean>;
  /** What stands beside the model by name: its tensors, and the keys of the storages that they lie in. */
  others: Map<string, { tensors: number; storages: ReadonlySet<string> }>;
}

/**
 * Finds the model in what a pickle holds: a state dict under a usual name, the bare dict, or
 * TorchScript's module with its attributes. Nested dicts of tensors are joined by dots.
 * @throws DescryError `unsupported` when there is none, or it has tensors of a kind that cannot be read.
 */
export function findModel(root: PickleValue): FoundModel {
  const search = new ModelSearch(isScript(root));
  const found = search.find(root);
  if (found.tensors.size === 0) throw noModel(root);
  return { ...found, tensors: withoutWrapperPrefix(found.tensors) };
}

/** The named members of a dict, of an object that is a kind of dict, or of a TorchScript module. */
function members(value: PickleValue): PickleDict | undefined {
  if (value instanceof Map) return value;
  if (!(value instanceof Instance)) return undefined;
  if (isScript(value)) return value.state instanceof Map ? value.state : undefined;
  return value.entries;
}

/** Whether it is a module of a TorchScript archive, whose attributes are its weights. */
function isScript(value: PickleValue): boolean {
  return value instanceof Instance && value.className.startsWith('__torch__.');
}

function isTensor(value: PickleValue): boolean {
  return value instanceof StoredTensor || value instanceof UnreadableTensor;
}

function isScalar(value: PickleValue): value is number | string | boolean {
  if (typeof value === 'string') return value.length <= mostNameLength;
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

function nameOf(key: PickleValue): string | undefined {
  if (key instanceof GlobalName) return key.path;
  return typeof key === 'string' || typeof key === 'number' ? String(key) : undefined;
}

/** Looks through a pickle's values. What it visits is counted, since a file can name one value often. */
class ModelSearch {
  readonly #found: FoundModel = { tensors: new Map(), scalars: new Map(), others: new Map() };
  /** TorchScript's modules have attributes beside their weights. */
  readonly #isScript: boolean;
  #visits = 0;

  constructor(isScript: boolean) {
    this.#isScript = isScript;
  }

  find(root: PickleValue): FoundModel {
    let dict = members(root) ?? new Map();
    // {"model": {"state_dict": {…}}} exists too; a few steps suffice.
    for (let depth = 0; depth < 4; depth++) {
      const key = this.#modelKey(dict);
      if (key === undefined) break;
      for (const [name, value] of dict) if (name !== key) this.#setAside(name, value);
      dict = members(dict.get(key) ?? null) ?? new Map();
    }
    this.#collect(dict, '', 0);
    return this.#found;
  }

  #modelKey(dict: PickleDict): string | undefined {
    const key = modelKeys.find((name) => {
      const value = members(dict.get(name) ?? null);
      return value !== undefined && this.#tensorsIn(value).tensors > 0;
    });
    if (key === undefined || stateDictKeys.includes(key)) return key;
    // A bare state dict may have a part that is called "model" or "net".
    const beside = [...dict.values()].filter(isTensor).length;
    return beside > this.#tensorsIn(dict.get(key) ?? null).tensors ? undefined : key;
  }

  #collect(dict: PickleDict, prefix: string, depth: number): void {
    if (depth > mostNesting) throw tooLarge(`its dicts are nested more than ${mostNesting} deep`);
    this.#visit(dict.size);
    for (const [key, value] of dict) {
      if (this.#isScript && typeof key === 'string' && /^(training$|_)/.test(key)) continue;
      const name = prefix + (nameOf(key) ?? '');
      if (name.length > mostNameLength) throw tooLarge('a name is too long');
      if (value instanceof UnreadableTensor)
        throw new DescryError(
          'unsupported',
          `The tensor ${shown(name)} of this model is ${value.kind}, which cannot be converted.`,
          { tensor: shown(name) },
        );
      if (value instanceof StoredTensor) this.#add(name, value);
      else if (isScalar(value)) this.#found.scalars.set(name, value);
      else this.#nested(name, value, depth);
    }
  }

  #nested(name: string, value: PickleValue, depth: number): void {
    const dict = members(value);
    const isOther = depth === 0 && otherKeys.test(name);
    const hasTensors = this.#tensorsIn(value).tensors > 0;
    if (dict !== undefined && hasTensors && !isOther) this.#collect(dict, `${name}.`, depth + 1);
    // Settings within the model (lists of sizes) are not worth a word.
    else if (hasTensors || (depth === 0 && !this.#isScript)) this.#setAside(name, value);
  }

  #add(name: string, tensor: StoredTensor): void {
    const { tensors } = this.#found;
    if (tensors.has(name)) throw tooLarge(`${shown(name)} is in it twice`);
    if (tensors.size >= mostTensors) throw tooLarge(`it has more than ${mostTensors} tensors`);
    tensors.set(name, tensor);
  }

  #setAside(key: PickleValue, value: PickleValue): void {
    if (value === null) return;
    const name = shown(nameOf(key) ?? 'unnamed');
    if (isScalar(value)) this.#found.scalars.set(name, value);
    else this.#found.others.set(name, this.#tensorsIn(value));
  }

  /** Number of tensors in a value, and the keys of the storages that they lie in. */
  #tensorsIn(value: PickleValue): { tensors: number; storages: Set<string> } {
    const seen = new Set<PickleValue>();
    const storages = new Set<string>();
    const rest: PickleValue[] = [value];
    let tensors = 0;
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
      this.#visit(1);
      if (typeof next !== 'object' || next === null || seen.has(next)) continue;
      seen.add(next);
      if (next instanceof StoredTensor || next instanceof UnreadableTensor) {
        tensors++;
        if (next.storage) storages.add(next.storage.key);
      } else if (next instanceof Map) for (const item of next.values()) rest.push(item);
      else if (next instanceof Set || Array.isArray(next)) for (const item of next) rest.push(item);
      else if (next instanceof Instance)
        rest.push(next.args, next.state, next.entries ?? null, next.items ?? null);
    }
    return { tensors, storages };
  }

  #visit(count: number): void {
    this.#visits += count;
    if (this.#visits > mostVisits) throw tooLarge('its lists and dicts hold each other too often');
  }
}

function noModel(root: PickleValue): DescryError {
  const reason =
    root instanceof Instance
      ? `a whole Python object of the class ${shown(root.className)}, not the weights alone; save its state_dict() with torch.save`
      : isTensor(root)
        ? 'a single tensor, not a model'
        : 'no tensors under a name that a model usually has';
  return new DescryError('unsupported', `No model was found in this checkpoint: it holds ${reason}.`);
}

function tooLarge(reason: string): DescryError {
  return new DescryError('invalid-input', `The model in this checkpoint cannot be read: ${reason}.`);
}

import { plainValue } from './plain-values.ts';
import { damagedPickle, PickleBytes } from './pickle-bytes.ts';
import { GlobalName, Instance, type PickleDict, type PickleValue } from './values.ts';

/** Gives meaning to what a pickle names, calls and keeps elsewhere, or refuses it by throwing. */
export interface PickleHost {
  /** A class or function is named, whether or not it is ever used. */
  global(module: string, name: string): GlobalName;
  /** A named class or function is called; the result takes the place of what it would have given. */
  call(callable: GlobalName, args: PickleValue[]): PickleValue;
  /** A value that lies outside of the pickle. */
  persistent(id: PickleValue): PickleValue;
}

/**
 * Instructions that a pickle may have. A checkpoint with optimizer state has about forty a tensor;
 * the limit keeps what a hostile file can make of few bytes to some hundred megabytes.
 */
const instructionLimit = 2_000_000;

/**
 * Reads a pickle of protocols 2 to 5 as data, and the older two as far as it takes to say what they ask
 * for. Calls are handed to the host as names with arguments;
 * nothing is looked up, constructed or run.
 *
 * The library `pickleparser` was judged first: it writes attributes and dict keys into plain objects,
 * so that a key `__proto__` changes a prototype; it constructs JavaScript functions for every class;
 * it spreads lists into arguments, which overflows the stack at some ten thousand items; and it has no
 * limit on what a file makes it build. Hence this reader.
 * @throws DescryError `invalid-input` when the pickle is damaged or too large, and what the host throws.
 */
export function readPickle(bytes: Uint8Array, host: PickleHost, limit = instructionLimit): PickleValue {
  return new PickleReader(bytes, host).read(limit);
}

class PickleReader {
  readonly #bytes: PickleBytes;
  readonly #host: PickleHost;
  readonly #memo = new Map<number, PickleValue>();
  readonly #stack: PickleValue[] = [];
  /** Heights of the stack at which MARK was seen. */
  readonly #marks: number[] = [];

  constructor(bytes: Uint8Array, host: PickleHost) {
    this.#bytes = new PickleBytes(bytes);
    this.#host = host;
  }

  read(limit: number): PickleValue {
    for (let count = 0; count < limit; count++) {
      const code = String.fromCharCode(this.#bytes.uint8());
      if (code === '.') return this.#pop();
      this.#step(code);
    }
    throw damagedPickle(`it has more than ${limit} instructions`);
  }

  /** One instruction, by its byte as Python's pickletools names them. */
  #step(code: string): void {
    const bytes = this.#bytes;
    switch (code) {
      case '\x80':
        if (bytes.uint8() > 5) throw damagedPickle('its protocol is newer than 5');
        return;
      case '\x95': // FRAME
        bytes.length64();
        return;
      case '(':
        this.#marks.push(this.#stack.length);
        return;
      case '0':
        if (this.#stack.length === this.#marks.at(-1)) this.#marks.pop();
        else this.#pop();
        return;
      case '1': // POP_MARK
        this.#fromMark();
        return;
      case '2': // DUP
        return this.#push(this.#top());

      case 'q': // BINPUT
        return this.#memorise(bytes.uint8());
      case 'r': // LONG_BINPUT
        return this.#memorise(bytes.uint32());
      case '\x94': // MEMOIZE
        return this.#memorise(this.#memo.size);
      case 'p': // PUT
        return this.#memorise(Number(bytes.decimal()));
      case 'h': // BINGET
        return this.#recall(bytes.uint8());
      case 'j': // LONG_BINGET
        return this.#recall(bytes.uint32());
      case 'g': // GET
        return this.#recall(Number(bytes.decimal()));

      case 'c': // GLOBAL
        return this.#push(this.#host.global(bytes.line(), bytes.line()));
      case '\x93': {
        // STACK_GLOBAL
        const name = this.#pop();
        const module = this.#pop();
        if (typeof name !== 'string' || typeof module !== 'string')
          throw damagedPickle('a name is not text', bytes.position);
        return this.#push(this.#host.global(module, name));
      }
      case 'R': // REDUCE
      case '\x81': {
        // NEWOBJ
        const args = this.#pop();
        return this.#call(this.#pop(), args);
      }
      case '\x92': {
        // NEWOBJ_EX
        const named = this.#pop();
        const args = this.#pop();
        return this.#call(this.#pop(), [args, named]);
      }
      case 'i': {
        // INST
        const callable = this.#host.global(bytes.line(), bytes.line());
        return this.#call(callable, this.#fromMark());
      }
      case 'o': {
        // OBJ
        const [callable = null, ...args] = this.#fromMark();
        return this.#call(callable, args);
      }
      case 'b': // BUILD
        return this.#build(this.#pop());
      case 'Q': // BINPERSID
        return this.#push(this.#host.persistent(this.#pop()));

      case ')':
      case ']':
        return this.#push([]);
      case '}':
        return this.#push(new Map());
      case '\x8f': // EMPTY_SET
        return this.#push(new Set());
      case 't': // TUPLE
      case 'l': // LIST
        return this.#push(this.#fromMark());
      case '\x85':
        return this.#push([this.#pop()]);
      case '\x86':
        return this.#push(this.#take(2));
      case '\x87':
        return this.#push(this.#take(3));
      case 'd': // DICT
        return this.#push(intoDict(new Map(), this.#fromMark()));
      case '\x91': // FROZENSET
        return this.#push(new Set(this.#fromMark()));
      case 'a':
        return this.#append([this.#pop()]);
      case 'e': // APPENDS
      case '\x90': // ADDITEMS
        return this.#append(this.#fromMark());
      case 's':
        return this.#setItems(this.#take(2));
      case 'u':
        return this.#setItems(this.#fromMark());
      default:
        return this.#push(plainValue(bytes, code));
    }
  }

  #push(value: PickleValue): void {
    this.#stack.push(value);
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined || this.#stack.length <= (this.#marks.at(-1) ?? 0))
      throw damagedPickle('a value is missing', this.#bytes.position);
    return value;
  }

  #pop(): PickleValue {
    const value = this.#top();
    this.#stack.pop();
    return value;
  }

  #take(count: number): PickleValue[] {
    if (this.#stack.length - count < (this.#marks.at(-1) ?? 0))
      throw damagedPickle('a value is missing', this.#bytes.position);
    return this.#stack.splice(-count);
  }

  /** Takes everything above the last mark, and the mark. */
  #fromMark(): PickleValue[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw damagedPickle('a mark is missing', this.#bytes.position);
    return this.#stack.splice(mark);
  }

  #memorise(index: number): void {
    this.#memo.set(index, this.#top());
  }

  #recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw damagedPickle('it refers to something not yet read', this.#bytes.position);
    this.#push(value);
  }

  #call(callable: PickleValue, args: PickleValue): void {
    if (!(callable instanceof GlobalName) || !Array.isArray(args))
      throw damagedPickle('it calls something that has no name', this.#bytes.position);
    this.#push(this.#host.call(callable, args));
  }

  #build(state: PickleValue): void {
    const target = this.#top();
    // The attributes of a dict or tensor ("_metadata" of a state dict) say nothing about the weights.
    if (target instanceof Instance) target.state = state;
    else if (target instanceof GlobalName)
      throw damagedPickle(`it changes ${target.path} itself`, this.#bytes.position);
  }

  #append(items: readonly PickleValue[]): void {
    const target = this.#top();
    if (target instanceof Set) for (const item of items) target.add(item);
    else {
      const list = target instanceof Instance ? (target.items ??= []) : target;
      if (!Array.isArray(list)) throw damagedPickle('something is added to no list', this.#bytes.position);
      for (const item of items) list.push(item);
    }
  }

  #setItems(pairs: readonly PickleValue[]): void {
    const target = this.#top();
    const dict = target instanceof Instance ? (target.entries ??= new Map()) : target;
    if (!(dict instanceof Map)) throw damagedPickle('something is set in no dict', this.#bytes.position);
    intoDict(dict, pairs);
  }
}

function intoDict(dict: PickleDict, pairs: readonly PickleValue[]): PickleDict {
  if (pairs.length % 2 !== 0) throw damagedPickle('a key has no value');
  for (let index = 0; index < pairs.length; index += 2) {
    const key = pairs[index];
    const value = pairs[index + 1];
    if (key !== undefined && value !== undefined) dict.set(key, value);
  }
  return dict;
}

import { damagedPickle, type PickleBytes } from './pickle-bytes.ts';
import type { PickleValue } from './values.ts';

/**
 * A value that stands in the pickle itself.
 * @param code the instruction's byte, as a character.
 * @throws DescryError `invalid-input` for an instruction that is not known or a value that ends early.
 */
export function plainValue(bytes: PickleBytes, code: string): PickleValue {
  switch (code) {
    case 'N':
      return null;
    case '\x88':
      return true;
    case '\x89':
      return false;
    case 'J':
      return bytes.int32();
    case 'K':
      return bytes.uint8();
    case 'M':
      return bytes.uint16();
    case '\x8a': // LONG1
      return bytes.integer(bytes.uint8());
    case '\x8b': // LONG4
      return bytes.integer(bytes.uint32());
    case 'I': // INT; "00" and "01" were booleans once, and as numbers mean the same here
    case 'L':
      return bytes.decimal();
    case 'G':
      return bytes.float64();
    case 'F':
      return Number(bytes.line());
    case 'X': // BINUNICODE
    case 'T': // BINSTRING
      return bytes.text(bytes.uint32());
    case '\x8c': // SHORT_BINUNICODE
    case 'U': // SHORT_BINSTRING
      return bytes.text(bytes.uint8());
    case '\x8d': // BINUNICODE8
      return bytes.text(bytes.length64());
    case 'V': // UNICODE
      return bytes.line();
    case 'S': // STRING, in quotes
      return bytes.line().slice(1, -1);
    case 'C': // SHORT_BINBYTES
      return bytes.bytes(bytes.uint8());
    case 'B': // BINBYTES
      return bytes.bytes(bytes.uint32());
    case '\x8e': // BINBYTES8
    case '\x96': // BYTEARRAY8
      return bytes.bytes(bytes.length64());
    default: {
      const hex = code.charCodeAt(0).toString(16).padStart(2, '0');
      throw damagedPickle(`the instruction 0x${hex} is none that torch writes`, bytes.position);
    }
  }
}

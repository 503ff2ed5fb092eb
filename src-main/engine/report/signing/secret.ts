/**
 * A text that must reach nobody but the code that asks for it: written into a log, an error, a JSON text
 * or a terminal it reads `[secret]`. JavaScript cannot wipe a string; a secret is held no longer than the
 * call that needs it.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]';
  }
}

/** Overwrites bytes that were secret. */
export function wipe(...secrets: (Uint8Array | ArrayBuffer | undefined)[]): void {
  for (const secret of secrets) {
    if (secret instanceof ArrayBuffer) new Uint8Array(secret).fill(0);
    else secret?.fill(0);
  }
}

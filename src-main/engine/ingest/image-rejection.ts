import { DescryError } from '../errors.ts';
import type { RejectReason } from './schema.ts';

/** Why one file or row is left out; it never ends an import. */
export interface Problem {
  reason: RejectReason;
  /** For the investigator: what was found, and where it helps, what to do. */
  detail: string;
}

/** A file that cannot become a crop. */
export class ImageRejection extends DescryError {
  readonly reason: RejectReason;

  constructor(reason: RejectReason, message: string, detail: Record<string, unknown> = {}, cause?: unknown) {
    super('invalid-input', message, { reason, ...detail }, cause);
    this.reason = reason;
  }

  get problem(): Problem {
    return { reason: this.reason, detail: this.message };
  }
}

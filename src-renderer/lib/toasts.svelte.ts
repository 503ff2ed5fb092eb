import { describeError } from './errors.ts';

export interface Toast {
  id: number;
  severity: 'info' | 'warning' | 'error';
  title: string;
  message: string;
  action: { label: string; run: () => void } | null;
}

/** Short notices in the corner. Errors stay until they are closed. */
export class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;

  /** @returns the notice's id. */
  show(toast: Partial<Omit<Toast, 'id'>> & { title: string }): number {
    const id = this.#next++;
    const full = { severity: 'info' as const, message: '', action: null, ...toast, id };
    const same = this.list.filter((known) => known.title !== full.title || known.message !== full.message);
    this.list = [...same, full].slice(-5);
    if (full.severity !== 'error') setTimeout(() => this.close(id), full.action ? 10_000 : 6000);
    return id;
  }

  /** Shows a thrown value; a cancelled job needs no notice. */
  error(thrown: unknown): void {
    const { title, message, kind } = describeError(thrown);
    if (kind !== 'cancelled') this.show({ severity: 'error', title, message });
  }

  close(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

import type { Finding } from '../../case/schema.ts';

/** Findings of one kind that are told one by one; of a bag that lost its payload, the rest is counted. */
const mostOfAKind = 1000;

/** What a check found, told to people: each names the file and what is wrong with it. */
export class Findings {
  readonly list: Finding[] = [];
  readonly #counts = new Map<string, number>();

  error(check: string, where: string, message: string): void {
    this.#add({ severity: 'error', check, where, message });
  }

  warning(check: string, where: string, message: string): void {
    this.#add({ severity: 'warning', check, where, message });
  }

  add(findings: readonly Finding[]): void {
    for (const finding of findings) this.#add(finding);
  }

  get ok(): boolean {
    return !this.list.some(({ severity }) => severity === 'error');
  }

  #add(finding: Finding): void {
    const count = (this.#counts.get(finding.check) ?? 0) + 1;
    this.#counts.set(finding.check, count);
    if (count < mostOfAKind) this.list.push(finding);
    else if (count === mostOfAKind)
      this.list.push({
        ...finding,
        where: '',
        message: 'There are more findings of this kind; they are not listed.',
      });
  }
}

import type { DescryClient, EmbeddingJob, PackCoverage } from '../../../src-main/api/types.ts';
import type { EventHub } from '../event-hub.ts';

const active = new Set<EmbeddingJob['state']>(['running', 'paused']);

/** Which packs have read the open case, and the job that makes one read it. */
export class EmbeddingManager {
  /** The job that runs, waits or ended last in this case; null before the first. */
  job = $state.raw<EmbeddingJob | null>(null);
  /** By pack; null until it was asked for, and without a case. */
  coverage = $state.raw<ReadonlyMap<string, PackCoverage> | null>(null);
  failure = $state.raw<unknown>(null);
  readonly isActive = $derived(this.job !== null && active.has(this.job.state));
  /** While a job runs no other one can be started; one that is paused gives way. */
  readonly isRunning = $derived(this.job?.state === 'running');
  /** Called once for each job that comes to its end. */
  onEnd: (job: EmbeddingJob) => void = () => undefined;
  readonly #client: DescryClient;
  readonly #delay: number;
  #caseId: string | null = null;
  #crops = 0;
  #wanted = false;
  #reading = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param delay milliseconds in which several changes of the case become one question. */
  constructor(client: DescryClient, events: EventHub, delay = 500) {
    this.#client = client;
    this.#delay = delay;
    events.on('embedding', ({ job }) => this.#take(job));
    events.on('models', () => this.#askSoon());
    events.on('case', (event) => {
      const crops = event.case?.counts.crops ?? 0;
      if (this.#enter(event.case?.id ?? null)) void this.refresh().catch(() => undefined);
      else if (crops !== this.#crops) this.#askSoon();
      this.#crops = crops;
    });
  }

  /** Asks what the open case's job is doing, after a start or a broken line. */
  async refresh(): Promise<void> {
    const open = await this.#client.case.current();
    this.#enter(open?.id ?? null);
    if (!open) return;
    const job = await this.#client.embedding.current();
    if (this.#caseId === open.id) this.job = job;
    if (this.#wanted) await this.readCoverage();
  }

  /** How much of the open case each pack has read; kept up to date from the first call on. */
  async readCoverage(): Promise<void> {
    this.#wanted = true;
    clearTimeout(this.#timer);
    if (this.#caseId === null) return;
    const mine = ++this.#reading;
    try {
      const list = await this.#client.embedding.coverage();
      if (mine !== this.#reading) return;
      this.coverage = new Map(list.map((pack) => [pack.packId, pack]));
      this.failure = null;
      if (this.job && active.has(this.job.state)) this.#count(this.job);
    } catch (error) {
      if (mine === this.#reading) this.failure = error;
    }
  }

  /** Whether crops of the open case have no vector of this pack; false while that is not known. */
  lacks(packId: string): boolean {
    const known = this.coverage?.get(packId);
    return known !== undefined && known.crops < known.total;
  }

  /** Whether the last job left nothing to read but what cannot be read. */
  isDone(packId: string): boolean {
    const { job } = this;
    return (
      job !== null && job.packId === packId && job.state === 'finished' && job.done + job.failed >= job.total
    );
  }

  async start(pack: string): Promise<void> {
    this.#answer(await this.#client.embedding.start({ pack }));
  }

  async pause(): Promise<void> {
    this.#answer(await this.#client.embedding.pause());
  }

  async resume(): Promise<void> {
    this.#answer(await this.#client.embedding.resume());
  }

  async cancel(): Promise<void> {
    this.#answer(await this.#client.embedding.cancel());
  }

  /** An answer may come after the event that its job has ended. */
  #answer(job: EmbeddingJob): void {
    const ended = this.job !== null && sameJob(this.job, job) && !active.has(this.job.state);
    if (!ended) this.#take(job);
  }

  #take(job: EmbeddingJob): void {
    const before = this.job;
    this.job = job;
    this.#count(job);
    if (active.has(job.state)) return;
    this.#askSoon();
    if (before === null || !sameJob(before, job) || active.has(before.state)) this.onEnd(job);
  }

  #count(job: EmbeddingJob): void {
    if (!this.coverage?.has(job.packId)) return;
    const counted = { packId: job.packId, crops: job.done, total: job.total };
    this.coverage = new Map([...this.coverage, [job.packId, counted]]);
  }

  /** @returns whether this is another case than before. */
  #enter(caseId: string | null): boolean {
    if (caseId === this.#caseId) return false;
    this.#caseId = caseId;
    this.#reading++;
    clearTimeout(this.#timer);
    this.job = null;
    this.coverage = null;
    this.failure = null;
    return true;
  }

  #askSoon(): void {
    if (!this.#wanted || this.#caseId === null) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.readCoverage(), this.#delay);
  }
}

function sameJob(a: EmbeddingJob, b: EmbeddingJob): boolean {
  return a.packId === b.packId && a.startedAt === b.startedAt;
}

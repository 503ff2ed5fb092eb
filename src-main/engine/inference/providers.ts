import { createHash } from 'node:crypto';
import { DescryError } from '../errors.ts';
import { hasCudaLibraries, machineFacts, runtimeName } from './machine-facts.ts';
import type { TrialMeasurement } from './measure-provider.ts';
import type { VerifiedPack } from './pack-files.ts';
import { ProviderMemory, type ProviderDecision } from './provider-memory.ts';
import { runTrial, trialsAreIsolated, type TrialPlace } from './run-trial.ts';
import { runtimeMessage } from './runtime-message.ts';
import type { ProviderName, ProviderTrial } from './schema.ts';

export type { ProviderDecision } from './provider-memory.ts';

export interface TrialOptions extends TrialPlace {
  /** Providers to try besides the CPU; those that ONNX Runtime has on this platform when absent. */
  candidates?: readonly ProviderName[];
}

/** Largest difference of any number of an embedding from the CPU's. */
export const agreement = 1e-3;
/** A smaller batch is taken when it reaches this part of the best rate: it answers sooner. */
const goodEnough = 0.95;
/**
 * Time for measuring a provider, in milliseconds: when somebody waits for the first start, and when asked for.
 * Small models are done before; large ones get through fewer batches.
 */
const budgets = { start: 3000, again: 8000 };
const unmeasuredBatch = 8;
const preference: readonly ProviderName[] = ['cuda', 'dml', 'coreml', 'webgpu'];

/** Chooses the execution provider for a pack: the fastest of those that gave the CPU's result in a trial. */
export class ProviderChoice {
  readonly #memory: ProviderMemory;
  readonly #options: TrialOptions;

  /** @param file where decisions are remembered. */
  constructor(file: string, options: TrialOptions = {}) {
    this.#memory = new ProviderMemory(file);
    this.#options = options;
  }

  /**
   * The remembered decision for this pack on this machine; a new trial of every provider where there
   * is none, or where `again` asks for it.
   * @throws DescryError `pack-refused` when not even the CPU can run the pack.
   */
  async decide(pack: VerifiedPack, options: { again?: boolean } = {}): Promise<ProviderDecision> {
    const key = decisionKey(pack);
    const crashed = this.#memory.crashed();
    if (crashed) this.#memory.started();
    const known = options.again ? undefined : this.#memory.decision(key);
    if (known) return crashed ? this.#exclude(key, known, crashed, crashReason) : known;
    const decision = options.again
      ? await this.#measure(pack, budgets.again, undefined)
      : await this.#measure(pack, budgets.start, crashed);
    this.#memory.remember(key, decision);
    return decision;
  }

  /** What was decided for this pack on this machine; undefined before the first trial. */
  remembered(pack: VerifiedPack): ProviderDecision | undefined {
    return this.#memory.decision(decisionKey(pack));
  }

  /**
   * Opens a model on the decided provider. If that fails the CPU is used, and remembered; if it takes
   * the process down, the next `decide` knows.
   */
  async open<T>(
    pack: VerifiedPack,
    decision: ProviderDecision,
    open: (decision: ProviderDecision) => Promise<T>,
  ): Promise<T> {
    const { provider } = decision;
    if (provider === 'cpu') return open(decision);
    this.#memory.starting(provider);
    try {
      return await open(decision);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return await open(
        this.#exclude(decisionKey(pack), decision, provider, `it failed when it was used: ${message}`),
      );
    } finally {
      this.#memory.started();
    }
  }

  async #measure(
    pack: VerifiedPack,
    budget: number,
    crashed: ProviderName | undefined,
  ): Promise<ProviderDecision> {
    const request = { folder: pack.folder, manifest: pack.manifest, budget };
    const answer = await runTrial({ ...request, provider: 'cpu' }, this.#options);
    if (!answer.ok && answer.refused) throw new DescryError('pack-refused', answer.message);
    const reference = answer.ok ? answer.measurement : undefined;
    const cpu: ProviderTrial = reference
      ? { ...measured('cpu', reference), difference: 0 }
      : { ...unusable('cpu', `It was not measured: ${answer.ok ? '' : answer.message}.`), usable: true };
    const trials: ProviderTrial[] = [];
    for (const provider of this.#candidates(reference)) {
      if (provider === crashed) trials.push(unusable(provider, crashReason));
      else if (!reference)
        trials.push(unusable(provider, 'Not tried: there is no result of the CPU to compare with.'));
      else trials.push(await this.#try(provider, request, reference));
    }
    return chooseFrom([...trials, cpu]);
  }

  /** Those to try besides the CPU; none when not even the CPU's trial told what there is. */
  #candidates(reference: TrialMeasurement | undefined): readonly ProviderName[] {
    const { candidates } = this.#options;
    return candidates ?? preference.filter((provider) => reference?.supported.includes(provider));
  }

  async #try(
    provider: ProviderName,
    request: { folder: string; manifest: VerifiedPack['manifest']; budget: number },
    reference: TrialMeasurement,
  ): Promise<ProviderTrial> {
    if (provider === 'cuda' && !hasCudaLibraries())
      return unusable(
        provider,
        'The CUDA libraries of ONNX Runtime are not installed; docs/gpu.md says how to add them.',
      );
    if (!trialsAreIsolated) this.#memory.starting(provider);
    const answer = await runTrial({ ...request, provider }, this.#options);
    if (!trialsAreIsolated) this.#memory.started();
    if (!answer.ok) return unusable(provider, `Not usable: ${runtimeMessage(answer.message)}.`);
    const difference = largestDifference(answer.measurement, reference);
    const trial = { ...measured(provider, answer.measurement), difference };
    if (difference !== null && difference <= agreement) return trial;
    const reason =
      difference === null
        ? 'Its embedding holds numbers that are not finite.'
        : `Its embedding differs from the CPU's by ${difference.toPrecision(2)}; at most ${agreement} is allowed.`;
    return { ...trial, usable: false, reason };
  }

  /** A decision without a provider that failed after all. */
  #exclude(
    key: string,
    decision: ProviderDecision,
    provider: ProviderName,
    reason: string,
  ): ProviderDecision {
    const trials = decision.trials.map((trial) =>
      trial.provider === provider
        ? { ...trial, usable: false, reason }
        : { ...trial, reason: trial.usable ? '' : trial.reason },
    );
    const next = chooseFrom(trials);
    this.#memory.remember(key, next);
    return next;
  }
}

const crashReason = 'Descry ended while it was starting this provider. "descry doctor" tries it again.';

/** The fastest usable provider, with why the others were not taken. */
export function chooseFrom(trials: readonly ProviderTrial[]): ProviderDecision {
  const usable = trials.filter((trial) => trial.usable);
  const best = usable.reduce<ProviderTrial | undefined>(
    (fastest, trial) =>
      !fastest || (trial.imagesPerSecond ?? 0) > (fastest.imagesPerSecond ?? 0) ? trial : fastest,
    undefined,
  );
  const provider = best?.provider ?? 'cpu';
  return {
    provider,
    batch: best?.batch ?? unmeasuredBatch,
    trials: trials.map((trial) =>
      trial.usable && trial !== best
        ? { ...trial, reason: `Slower than ${provider} on this machine.` }
        : trial,
    ),
  };
}

function measured(provider: ProviderName, { rates }: TrialMeasurement): ProviderTrial {
  const best = Math.max(...rates.map(({ imagesPerSecond }) => imagesPerSecond));
  const chosen = rates.find(({ imagesPerSecond }) => imagesPerSecond >= best * goodEnough)!;
  return {
    provider,
    usable: true,
    reason: '',
    imagesPerSecond: chosen.imagesPerSecond,
    batch: chosen.batch,
    difference: null,
  };
}

function unusable(provider: ProviderName, reason: string): ProviderTrial {
  return { provider, usable: false, reason, imagesPerSecond: null, batch: null, difference: null };
}

/** Largest difference of any number from the reference; null when a number is not finite. */
function largestDifference(one: TrialMeasurement, reference: TrialMeasurement): number | null {
  const expected = reference.vectors[0]!;
  const differences = one.vectors.flatMap((vector) =>
    vector.map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN))),
  );
  const largest = differences.reduce((max, difference) => Math.max(max, difference), 0);
  return Number.isFinite(largest) ? largest : null;
}

function decisionKey(pack: VerifiedPack): string {
  const facts = JSON.stringify([pack.digest, runtimeName(), ...machineFacts()]);
  return createHash('sha256').update(facts).digest('hex').slice(0, 32);
}

/**
 * Vectors like those of a text-to-image retrieval model, made from a seed: people in clusters of a few crops,
 * variances that fall off over the dimensions (in a rotated basis), a mean that all share, a few dimensions
 * with large constant values, and texts that lie apart from the pictures. Length 1.
 */
export class GeneratedVectors {
  readonly dimensions: number;
  /** Crops of one person, in succession. */
  static readonly cropsPerPerson = 8;
  readonly #normal = normalTable();
  readonly #widths: Float64Array;
  readonly #signs: Float64Array;
  readonly #imageMean: Float64Array;
  readonly #textMean: Float64Array;

  /** @param dimensions a power of two. */
  constructor(dimensions: number) {
    this.dimensions = dimensions;
    this.#widths = Float64Array.from({ length: dimensions }, (_, d) => 1 / Math.sqrt(1 + d / 16));
    const random = randomNumbers(7);
    this.#signs = Float64Array.from({ length: dimensions }, () => (random() < 0.5 ? -1 : 1));
    this.#imageMean = this.#draw(1, 0.6);
    this.#textMean = this.#draw(2, 0.6);
    for (const [d, value] of [
      [5, 4],
      [77, -6],
      [130, 3],
    ] as const)
      this.#imageMean[d % dimensions]! += value;
  }

  /** The vector of a crop, written at an offset. */
  crop(number: number, into: Float32Array, offset: number): void {
    const person = Math.floor(number / GeneratedVectors.cropsPerPerson);
    this.#write(this.#mix(person, number * 2 + 1, 0.7), this.#imageMean, into, offset);
  }

  /** A text that describes the person of a crop, as float32 numbers. */
  text(number: number): Float64Array {
    const person = Math.floor(number / GeneratedVectors.cropsPerPerson);
    const vector = new Float32Array(this.dimensions);
    this.#write(this.#mix(person, number * 2 + 1_000_001, 1.2), this.#textMean, vector, 0);
    return Float64Array.from(vector);
  }

  #mix(person: number, crop: number, noise: number): Float64Array {
    const base = this.#place(person * 2);
    const own = this.#place(crop);
    const vector = new Float64Array(this.dimensions);
    for (let d = 0; d < vector.length; d++)
      vector[d] = this.#widths[d]! * (this.#normal[base + d]! + noise * this.#normal[own + d]!);
    return vector;
  }

  #draw(seed: number, width: number): Float64Array {
    const from = this.#place(seed * 1_000_003);
    return Float64Array.from({ length: this.dimensions }, (_, d) => width * this.#normal[from + d]!);
  }

  #place(number: number): number {
    return Math.imul(number + 1, 0x9e3779b1) >>> 12;
  }

  /** Rotates (Walsh-Hadamard with random signs), adds the mean, brings to length 1. */
  #write(vector: Float64Array, mean: Float64Array, into: Float32Array, offset: number): void {
    const { dimensions } = this;
    for (let d = 0; d < dimensions; d++) vector[d]! *= this.#signs[d]!;
    for (let half = 1; half < dimensions; half *= 2) {
      for (let first = 0; first < dimensions; first += half * 2) {
        for (let d = first; d < first + half; d++) {
          const [a, b] = [vector[d]!, vector[d + half]!];
          vector[d] = a + b;
          vector[d + half] = a - b;
        }
      }
    }
    const scale = 1 / Math.sqrt(dimensions);
    let squares = 0;
    for (let d = 0; d < dimensions; d++) {
      vector[d] = vector[d]! * scale + mean[d]!;
      squares += vector[d]! ** 2;
    }
    const perLength = 1 / Math.sqrt(squares);
    for (let d = 0; d < dimensions; d++) into[offset + d] = vector[d]! * perLength;
  }
}

/** 2^20 draws from the normal distribution, and as many more as a vector can have numbers. */
function normalTable(): Float32Array {
  const random = randomNumbers(1);
  const table = new Float32Array(2 ** 20 + 4096);
  for (let i = 0; i < table.length; i++)
    table[i] = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return table;
}

/** Numbers from 0 to 1, by xorshift. */
export function randomNumbers(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

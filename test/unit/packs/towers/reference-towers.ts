import { decode, type MemoryCheckpoint } from './random-checkpoint.ts';

type Rows = number[][];

/** What the published code computes, in float64 and without any trick: the measure of the written graphs. */
export class ReferenceTowers {
  readonly #checkpoint: MemoryCheckpoint;
  readonly #activation: 'quickgelu' | 'gelu';
  readonly #tensors = new Map<string, number[]>();

  private constructor(checkpoint: MemoryCheckpoint, activation: 'quickgelu' | 'gelu') {
    this.#checkpoint = checkpoint;
    this.#activation = activation;
  }

  static async open(
    checkpoint: MemoryCheckpoint,
    activation: 'quickgelu' | 'gelu' = 'quickgelu',
  ): Promise<ReferenceTowers> {
    const towers = new ReferenceTowers(checkpoint, activation);
    for (const { name, type } of checkpoint.tensors.values())
      if (type !== 'int64') towers.#tensors.set(name, decode(await checkpoint.read(name), type));
    return towers;
  }

  /**
   * @param pixels [3, height, width].
   * @param positions the position table, when it is not the checkpoint's own.
   */
  image(
    pixels: ArrayLike<number>,
    height: number,
    width: number,
    positions?: Rows,
  ): Record<string, number[]> {
    const patch = this.#shape('visual.conv1.weight')[2]!;
    const kernels = this.#rows('visual.conv1.weight');
    const patches: Rows = [];
    for (let top = 0; top + patch <= height; top += patch)
      for (let left = 0; left + patch <= width; left += patch) {
        const cut: number[] = [];
        for (let channel = 0; channel < 3; channel++)
          for (let y = 0; y < patch; y++)
            for (let x = 0; x < patch; x++)
              cut.push(pixels[(channel * height + top + y) * width + left + x]!);
        patches.push(kernels.map((kernel) => dot(kernel, cut)));
      }
    const table = positions ?? this.#rows('visual.positional_embedding');
    const tokens = [this.#tensor('visual.class_embedding'), ...patches].map((row, i) => sum(row, table[i]!));
    const entered = tokens.map((row) => this.#norm(row, 'visual.ln_pre'));
    const { rows, attention, before } = this.#tower('visual.transformer', entered);
    const projection = this.#rows('visual.proj');
    const joint = rows.map((row) => multiplied(this.#norm(row, 'visual.ln_post'), projection));
    const clsAttention = attention[0]!.slice(1);
    return {
      global: unit(joint[0]!),
      patches: joint.slice(1).flat(),
      clsAttention,
      ...this.#selectedPatches(joint.slice(1), clsAttention),
      ...this.#gaussian('visual.transformer', before, joint[0]!, 0, 'image'),
    };
  }

  text(ids: readonly number[]): Record<string, number[]> {
    const embedding = this.#rows('token_embedding.weight');
    const positions = this.#rows('positional_embedding');
    const tokens = ids.map((id, i) => sum(embedding[id]!, positions[i]!));
    const { rows, attention, before } = this.#tower('transformer', tokens, true);
    const end = ids.indexOf(Math.max(...ids));
    const projection = this.#rows('text_projection');
    const joint = rows.map((row) => multiplied(this.#norm(row, 'ln_final'), projection));
    return {
      global: unit(joint[end]!),
      ...this.#selectedWords(ids, joint, attention[end]!, end),
      ...this.#gaussian('transformer', before, joint[end]!, end, 'text', true),
    };
  }

  #tower(module: string, tokens: Rows, causal = false): { rows: Rows; attention: Rows; before: Rows } {
    let rows = tokens;
    let attention: Rows = [];
    let before = tokens;
    for (let i = 0; this.#has(`${module}.resblocks.${i}.ln_1.weight`); i++) {
      before = rows;
      ({ rows, attention } = this.#block(`${module}.resblocks.${i}`, rows, causal));
    }
    if (this.#has(`${module}.mu_resblocks.ln_1.weight`)) {
      before = rows;
      ({ rows, attention } = this.#block(`${module}.mu_resblocks`, rows, causal));
    }
    return { rows, attention, before };
  }

  #block(name: string, x: Rows, causal: boolean): { rows: Rows; attention: Rows } {
    const { mixed, attention } = this.#attention(name, x, causal);
    const between = x.map((row, i) => sum(row, mixed[i]!));
    const rows = between.map((row) => sum(row, this.#perceptron(name, this.#norm(row, `${name}.ln_2`))));
    return { rows, attention };
  }

  #perceptron(name: string, row: number[]): number[] {
    const hidden = this.#linear(row, `${name}.mlp.c_fc.weight`, `${name}.mlp.c_fc.bias`);
    const active = hidden.map((x) =>
      this.#activation === 'quickgelu' ? x / (1 + Math.exp(-1.702 * x)) : (x * (1 + erf(x / Math.SQRT2))) / 2,
    );
    return this.#linear(active, `${name}.mlp.c_proj.weight`, `${name}.mlp.c_proj.bias`);
  }

  #attention(name: string, x: Rows, causal: boolean): { mixed: Rows; attention: Rows } {
    const all = x.map((row) =>
      this.#linear(
        this.#norm(row, `${name}.ln_1`),
        `${name}.attn.in_proj_weight`,
        `${name}.attn.in_proj_bias`,
      ),
    );
    const width = x[0]!.length;
    const heads = Math.max(1, width / 64);
    const size = width / heads;
    const mean = x.map(() => x.map(() => 0));
    const joined: Rows = x.map(() => []);
    for (let head = 0; head < heads; head++) {
      const part = (row: number[], which: number): number[] =>
        row.slice(which * width + head * size, which * width + (head + 1) * size);
      all.forEach((row, i) => {
        const scores = all.map((other, j) =>
          causal && j > i ? -Infinity : dot(part(row, 0), part(other, 1)) / Math.sqrt(size),
        );
        const weights = softmax(scores);
        weights.forEach((weight, j) => (mean[i]![j]! += weight / heads));
        for (let k = 0; k < size; k++)
          joined[i]!.push(all.reduce((total, other, j) => total + weights[j]! * part(other, 2)[k]!, 0));
      });
    }
    const out = `${name}.attn.out_proj`;
    return { mixed: joined.map((row) => this.#linear(row, `${out}.weight`, `${out}.bias`)), attention: mean };
  }

  #selectedPatches(patches: Rows, attention: readonly number[]): Record<string, number[]> {
    if (!this.#has('visul_emb_layer.fc.weight')) return {};
    const most = largest(attention, Math.floor(patches.length * 0.3));
    return {
      tse: this.#selection(
        'visul_emb_layer',
        'fc',
        most.map((i) => patches[i]!),
      ),
    };
  }

  #selectedWords(
    ids: readonly number[],
    tokens: Rows,
    attention: readonly number[],
    end: number,
  ): Record<string, number[]> {
    if (!this.#has('texual_emb_layer.linear.weight')) return {};
    const weights = attention.map(
      (weight, i) => (i === 0 || i === end ? -1 : weight) * (ids[i] === 0 ? 0 : 1),
    );
    const allowed = Math.floor((this.#shape('positional_embedding')[0]! - 2) * 0.3);
    const words = ids.filter((id) => id !== 0).length - 2;
    const chosen = words < 1 ? [0] : largest(weights, Math.min(allowed, words));
    return {
      tse: this.#selection(
        'texual_emb_layer',
        'linear',
        chosen.map((i) => tokens[i]!),
      ),
    };
  }

  #selection(module: string, skip: string, tokens: Rows): number[] {
    const get = (name: string): number[] => this.#tensor(`${module}.mlp.bns.0.${name}`);
    const embedded = tokens.map((token) => {
      const x = token.map((value) => value / (Math.hypot(...token) + 1e-8));
      const first = this.#linear(x, `${module}.mlp.layers.0.weight`, `${module}.mlp.layers.0.bias`);
      const normed = first.map(
        (value, i) =>
          ((value - get('running_mean')[i]!) / Math.sqrt(get('running_var')[i]! + 1e-5)) * get('weight')[i]! +
          get('bias')[i]!,
      );
      const deep = this.#linear(
        normed.map((value) => Math.max(0, value)),
        `${module}.mlp.layers.1.weight`,
        `${module}.mlp.layers.1.bias`,
      );
      return sum(deep, this.#linear(x, `${module}.${skip}.weight`, `${module}.${skip}.bias`));
    });
    return unit(embedded[0]!.map((_, i) => Math.max(...embedded.map((row) => row[i]!))));
  }

  #gaussian(
    module: string,
    before: Rows,
    mu: number[],
    place: number,
    side: 'image' | 'text',
    causal = false,
  ): Record<string, number[]> {
    const name = `${module}.logsigma_resblocks`;
    if (!this.#has(`${name}.ln_1.weight`)) return {};
    const { mixed } = this.#attention(name, before, causal);
    const x = before[place]!;
    const entered = sum(x, this.#norm(sum(x, mixed[place]!), `${name}.ln_2`));
    const logSigma = this.#linear(
      this.#perceptron(name, entered),
      `${name}.linear.weight`,
      `${name}.linear.bias`,
    );
    const variance = logSigma.reduce((total, value) => total + Math.exp(2 * value), 0);
    const certainty = 1 / Math.sqrt(1 + variance / dot(mu, mu));
    const scale = side === 'image' ? certainty : 0.6 + 0.2 * certainty;
    const shortened = unit(mu).map((value) => value * scale);
    return { mu, logSigma, [side === 'image' ? 'certain' : 'mean']: shortened };
  }

  #norm(row: number[], name: string): number[] {
    const mean = row.reduce((total, value) => total + value, 0) / row.length;
    const variance = row.reduce((total, value) => total + (value - mean) ** 2, 0) / row.length;
    const weight = this.#tensor(`${name}.weight`);
    const bias = this.#tensor(`${name}.bias`);
    return row.map((value, i) => ((value - mean) / Math.sqrt(variance + 1e-5)) * weight[i]! + bias[i]!);
  }

  #linear(row: number[], weight: string, bias: string): number[] {
    const offsets = this.#tensor(bias);
    return this.#rows(weight).map((own, i) => dot(own, row) + offsets[i]!);
  }

  readonly #rowsOf = new Map<string, Rows>();
  /** Along the first dimension. */
  #rows(name: string): Rows {
    const known = this.#rowsOf.get(name);
    if (known) return known;
    const all = this.#tensor(name);
    const [count = 1] = this.#shape(name);
    const size = all.length / count;
    const rows = Array.from({ length: count }, (_, i) => all.slice(i * size, (i + 1) * size));
    this.#rowsOf.set(name, rows);
    return rows;
  }

  #tensor(name: string): number[] {
    return this.#tensors.get(this.#full(name))!;
  }

  #shape(name: string): readonly number[] {
    return this.#checkpoint.tensors.get(this.#full(name))!.shape;
  }

  #has(name: string): boolean {
    return this.#tensors.has(this.#full(name));
  }

  #full(name: string): string {
    return name.includes('_emb_layer') ? name : `base_model.${name}`;
  }
}

function dot(one: readonly number[], other: readonly number[]): number {
  return one.reduce((total, value, i) => total + value * other[i]!, 0);
}

function sum(one: readonly number[], other: readonly number[]): number[] {
  return one.map((value, i) => value + other[i]!);
}

/** A row times a matrix from the right. */
function multiplied(row: readonly number[], matrix: Rows): number[] {
  return matrix[0]!.map((_, column) =>
    row.reduce((total, value, i) => total + value * matrix[i]![column]!, 0),
  );
}

function unit(row: readonly number[]): number[] {
  const length = Math.hypot(...row);
  return row.map((value) => value / length);
}

function softmax(scores: readonly number[]): number[] {
  const highest = Math.max(...scores);
  const parts = scores.map((score) => Math.exp(score - highest));
  const total = parts.reduce((all, part) => all + part, 0);
  return parts.map((part) => part / total);
}

/** Places of the largest numbers, the earlier first among equal ones. */
function largest(numbers: readonly number[], count: number): number[] {
  return numbers
    .map((number, place) => ({ number, place }))
    .toSorted((one, other) => other.number - one.number || one.place - other.place)
    .slice(0, count)
    .map(({ place }) => place);
}

/** By its power series near 0 and its asymptotic one far from it; right to 1e-7. */
function erf(x: number): number {
  const square = x * x;
  if (Math.abs(x) > 3) {
    const rest = 1 - 1 / (2 * square) + 3 / (4 * square ** 2) - 15 / (8 * square ** 3);
    return Math.sign(x) * (1 - (Math.exp(-square) / (Math.abs(x) * Math.sqrt(Math.PI))) * rest);
  }
  let term = x;
  let total = x;
  for (let n = 1; n < 60; n++) {
    term *= -square / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

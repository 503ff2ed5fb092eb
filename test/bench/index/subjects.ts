import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openIndex } from '../../../src-main/engine/search/index/open-index.ts';
import { SearchThreads } from '../../../src-main/engine/search/index/search-threads.ts';
import { dimensions, folder, galleryFile, modelId, onePercent, readVectors, wanted } from './gallery.ts';

/** Best crops first; scores where the subject gives them in float64. */
export interface Answer {
  cropIds: ArrayLike<number>;
  scores?: Float64Array;
}

/** Something that finds the nearest vectors. */
export interface Subject {
  title: string;
  /** Larger galleries are left out, since building takes too long. */
  mostRows: number;
  /** Builds what is kept from one run to the next, in a process of its own. */
  build?: (rows: number) => Promise<void>;
  /** Opens the gallery; the time until it can search is its load time. */
  open: (rows: number) => Promise<Opened>;
}

export interface Opened {
  search: (query: Float64Array, filtered: boolean) => Answer | Promise<Answer>;
  /** Further ways to search, by name. */
  others?: Record<string, (query: Float64Array, other: Float64Array) => Promise<unknown>>;
  /** Milliseconds a query when many are asked at once. */
  many?: (queries: Float64Array[]) => Promise<void>;
}

const noLimit = Infinity;

function idsOf(rows: number): Int32Array {
  return Int32Array.from(
    { length: Math.floor((rows - onePercent) / 100) + 1 },
    (_, i) => i * 100 + onePercent,
  );
}

async function openDescry(rows: number, vectorsInMemory: number): Promise<Opened> {
  const db = new Database(galleryFile(rows));
  const threads = await SearchThreads.start();
  const index = await openIndex({ threads, db, modelId, dimensions, vectorsInMemory });
  const filter = idsOf(rows);
  const together = Int32Array.from({ length: filter.length }, (_, i) => Math.floor(rows / 3) + i + 1);
  const plain = (vector: Float64Array) => ({ vector, avoid: [] });
  return {
    search: (query, filtered) => index.search(plain(query), filtered ? filter : null, wanted),
    others: {
      'with all scores described': (query) => index.search(plain(query), null, wanted, { survey: true }),
      'a phrase to avoid': (vector, other) => {
        const avoid = [{ vector: other, background: index.meanScore(other), strength: 1 }];
        return index.search({ vector, avoid }, null, wanted);
      },
      '1 % in succession': (query) => index.search(plain(query), together, wanted),
      'top 1,000': (query) => index.search(plain(query), null, 1000),
    },
    many: async (queries) => {
      for await (const _ of index.searchMany(queries.map(plain), null, wanted));
    },
  };
}

/** Places of the highest scores, best first, by a heap of `wanted` places. */
function highest(scores: Float32Array): number[] {
  const order: number[] = [];
  let least = -Infinity;
  for (let i = 0; i < scores.length; i++) {
    if (order.length === wanted && scores[i]! <= least) continue;
    let at = order.length;
    while (at > 0 && scores[order[at - 1]!]! < scores[i]!) at--;
    order.splice(at, 0, i);
    if (order.length > wanted) order.pop();
    least = scores[order.at(-1)!]!;
  }
  return order;
}

interface Usearch {
  Index: new (options: object) => {
    add(keys: BigUint64Array, vectors: Float32Array, threads: number): void;
    search(query: Float32Array, k: number, threads: number): { keys: BigUint64Array };
    save(file: string): void;
    load(file: string): void;
  };
  exactSearch(
    vectors: Float32Array,
    query: Float32Array,
    dimensions: number,
    k: number,
    metric: string,
    threads: number,
  ): { keys: BigUint64Array };
}

/** The peers are installed apart from the project, so their types may not be there. */
const peer = async <Module>(name: string): Promise<Module> => (await import(name)) as Module;

const hnswFile = (rows: number): string => join(folder, `hnsw-${rows}.usearch`);
const vecFile = (rows: number): string => join(folder, `sqlite-vec-${rows}.sqlite`);

async function openVec(file: string): Promise<Database.Database> {
  const db = new Database(file);
  (await peer<{ load(db: Database.Database): void }>('sqlite-vec')).load(db);
  return db;
}

export const subjects: Record<string, Subject> = {
  codes: {
    title: 'Descry, codes in memory',
    mostRows: noLimit,
    open: (rows) => openDescry(rows, 0),
  },
  vectors: {
    title: 'Descry, vectors in memory',
    mostRows: noLimit,
    open: (rows) => openDescry(rows, Infinity),
  },
  loop: {
    title: 'float32 loop in JavaScript',
    mostRows: noLimit,
    open: (rows) => {
      const vectors = readVectors(rows);
      const filter = idsOf(rows);
      const all = Int32Array.from({ length: rows }, (_, i) => i + 1);
      const search = (query: Float64Array, filtered: boolean): Answer => {
        const vector = Float32Array.from(query);
        const cropIds = filtered ? filter : all;
        const scores = new Float32Array(cropIds.length);
        for (let i = 0; i < cropIds.length; i++) {
          const offset = (cropIds[i]! - 1) * dimensions;
          let sum = 0;
          for (let d = 0; d < dimensions; d++) sum += vector[d]! * vectors[offset + d]!;
          scores[i] = sum;
        }
        return { cropIds: highest(scores).map((i) => cropIds[i]!) };
      };
      return Promise.resolve({ search });
    },
  },
  'sqlite-vec': {
    title: 'sqlite-vec 0.1, float32',
    mostRows: noLimit,
    build: async (rows) => {
      const file = vecFile(rows);
      if (existsSync(file)) return;
      const db = await openVec(`${file}.new`);
      db.pragma('journal_mode = OFF');
      db.pragma('synchronous = OFF');
      db.exec(
        `CREATE VIRTUAL TABLE v USING vec0(vector float[${dimensions}] distance_metric=cosine, part integer)`,
      );
      const insert = db.prepare('INSERT INTO v (rowid, vector, part) VALUES (?, ?, ?)');
      const vectors = readVectors(rows);
      db.transaction(() => {
        for (let i = 0; i < rows; i++)
          insert.run(
            BigInt(i + 1),
            Buffer.from(vectors.buffer, i * dimensions * 4, dimensions * 4),
            BigInt((i + 1) % 100),
          );
      })();
      db.close();
      renameSync(`${file}.new`, file);
    },
    open: async (rows) => {
      const db = await openVec(vecFile(rows));
      const select = 'SELECT rowid FROM v WHERE vector MATCH ? AND k = ?';
      const all = db.prepare<[Buffer, number], number>(select).pluck();
      const some = db.prepare<[Buffer, number], number>(`${select} AND part = ${onePercent}`).pluck();
      return {
        search: (query, filtered) => {
          const bytes = Buffer.from(Float32Array.from(query).buffer);
          return { cropIds: (filtered ? some : all).all(bytes, wanted) };
        },
      };
    },
  },
  'usearch-exact': {
    title: 'usearch 2, exact float32',
    mostRows: noLimit,
    open: async (rows) => {
      const { exactSearch } = await peer<Usearch>('usearch');
      const vectors = readVectors(rows);
      const filter = idsOf(rows);
      const gathered = new Float32Array(filter.length * dimensions);
      return {
        search: (query, filtered) => {
          if (filtered)
            filter.forEach((id, i) =>
              gathered.set(vectors.subarray((id - 1) * dimensions, id * dimensions), i * dimensions),
            );
          const searched = filtered ? gathered : vectors;
          const { keys } = exactSearch(searched, Float32Array.from(query), dimensions, wanted, 'ip', 0);
          return { cropIds: Array.from(keys, (key) => (filtered ? filter[Number(key)]! : Number(key) + 1)) };
        },
      };
    },
  },
  'usearch-hnsw': {
    title: 'usearch 2, HNSW float32 (M 16, efC 128, ef 200; no filter)',
    mostRows: 200_000,
    build: async (rows) => {
      if (existsSync(hnswFile(rows))) return;
      const index = await hnsw();
      const vectors = readVectors(rows);
      index.add(
        BigUint64Array.from({ length: rows }, (_, i) => BigInt(i + 1)),
        vectors,
        0,
      );
      index.save(hnswFile(rows));
    },
    open: async (rows) => {
      const index = await hnsw();
      index.load(hnswFile(rows));
      return {
        search: (query) => {
          const { keys } = index.search(Float32Array.from(query), wanted, 1);
          return { cropIds: Array.from(keys, Number) };
        },
      };
    },
  },
};

async function hnsw(): Promise<InstanceType<Usearch['Index']>> {
  const { Index } = await peer<Usearch>('usearch');
  return new Index({
    dimensions,
    metric: 'ip',
    quantization: 'f32',
    connectivity: 16,
    expansion_add: 128,
    expansion_search: 200,
    multi: false,
  });
}

/**
 * How vectors of one length lie in the memory that search threads share. It begins with a scratch area for
 * each thread; slots of one size follow. A slot holds a block: either `floatRows` vectors as they are, or
 * four times as many as codes.
 */
export interface BlockShape {
  dimensions: number;
  /** Bytes of a row of codes: the dimensions, filled up with zeros to a multiple of 32. */
  pitch: number;
  /** Rows of a block of codes. */
  codedRows: number;
  /** Rows of a block of float32 vectors. */
  floatRows: number;
  /** A slot, and a stored block of codes. */
  slotBytes: number;
}

/** Rows of a block of codes: 2 MiB at 512 dimensions. Part of the stored format. */
export const rowsPerCodeBlock = 4096;

export function blockShape(dimensions: number, codedRows = rowsPerCodeBlock): BlockShape {
  const pitch = Math.ceil(dimensions / 32) * 32;
  return {
    dimensions,
    pitch,
    codedRows,
    floatRows: codedRows / 4,
    slotBytes: Math.ceil((codedRows * (pitch + 8) + dimensions * 16) / 64) * 64,
  };
}

/**
 * A block of codes. Component `d` of the vector in row `r` is about
 * `centre[d] + spread[d] * steps[r] * codes[r * pitch + d]`; what is left over, divided by `spread`, has a
 * Euclidean norm of at most `errors[r]`.
 */
export interface CodedBlock {
  codes: Int8Array;
  steps: Float32Array;
  errors: Float32Array;
  centre: Float64Array;
  spread: Float64Array;
}

/** The parts of a block of codes, in the order in which they lie and are stored (little-endian). */
export function codedBlock(buffer: ArrayBufferLike, address: number, shape: BlockShape): CodedBlock {
  const { dimensions, pitch, codedRows } = shape;
  let at = address;
  const next = (bytes: number): number => (at += bytes) - bytes;
  return {
    codes: new Int8Array(buffer, next(codedRows * pitch), codedRows * pitch),
    steps: new Float32Array(buffer, next(codedRows * 4), codedRows),
    errors: new Float32Array(buffer, next(codedRows * 4), codedRows),
    centre: new Float64Array(buffer, next(dimensions * 8), dimensions),
    spread: new Float64Array(buffer, next(dimensions * 8), dimensions),
  };
}

/** Rows that a thread works on at a time: what belongs to them stays in the processor's nearest memory. */
export const chunkRows = 512;
/** Vectors (queries, and phrases to avoid) that one job may bring. */
export const vectorsPerJob = 64;

/** Places of a thread's scratch area. */
export interface ScratchPlaces {
  /** int32, `chunkRows`. */
  rows: number;
  /** int32, `chunkRows` for each vector. */
  dots: number;
  /** float64, `chunkRows`. */
  products: number;
  /** float64, three times `chunkRows`; and the same for a phrase to avoid. */
  scores: number;
  avoided: number;
  /** int32, `chunkRows` and one more, since each is written before it counts. */
  places: number;
  /** int16, `pitch` for each vector. */
  codedQueries: number;
  /** float64, `dimensions`. */
  query: number;
  /** float32, `chunkRows` vectors. */
  vectors: number;
  end: number;
}

export function scratchPlaces(thread: number, shape: BlockShape): ScratchPlaces {
  let at = 0;
  const next = (bytes: number): number => (at += Math.ceil(bytes / 64) * 64) - Math.ceil(bytes / 64) * 64;
  const places = {
    rows: next(chunkRows * 4),
    dots: next(vectorsPerJob * chunkRows * 4),
    products: next(chunkRows * 8),
    scores: next(3 * chunkRows * 8),
    avoided: next(3 * chunkRows * 8),
    places: next(chunkRows * 4 + 4),
    codedQueries: next(vectorsPerJob * shape.pitch * 2),
    query: next(shape.dimensions * 8),
    vectors: next(chunkRows * shape.dimensions * 4),
    end: 0,
  };
  places.end = at;
  const moved = Object.entries(places).map(([name, place]) => [name, thread * at + place]);
  return Object.fromEntries(moved) as ScratchPlaces;
}

/** Where the slots begin, behind the scratch areas of all threads. */
export function slotsBegin(threads: number, shape: BlockShape): number {
  return scratchPlaces(threads, shape).rows;
}

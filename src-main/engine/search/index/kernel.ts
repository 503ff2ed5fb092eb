/**
 * The inner loops of a search over shared memory; `kernel.wat` says what each does. All arguments are
 * addresses in bytes or numbers of rows; `rows` lists int32 row numbers counted from the first address.
 */
export interface Kernel {
  /** int32 dot products of int8 rows with one int16 query. */
  dot(codes: number, rows: number, count: number, query: number, pitch: number, out: number): void;
  /** The same for four queries in succession; results of one lie `stride` bytes after those of the one before. */
  dot4(
    codes: number,
    rows: number,
    count: number,
    query: number,
    pitch: number,
    out: number,
    stride: number,
  ): void;
  /** `exactScore` of float32 rows with one float64 query. */
  score(vectors: number, rows: number, count: number, query: number, dimensions: number, out: number): void;
  /**
   * Lower bounds, approximations and upper bounds of scores, `stride` bytes apart, from dot products and the
   * rows' steps and errors. @returns the most that an approximation is off.
   */
  bound(
    dots: number,
    rows: number,
    count: number,
    steps: number,
    errors: number,
    base: number,
    factor: number,
    perStep: number,
    perError: number,
    always: number,
    out: number,
    stride: number,
  ): number;
  /** Places of the float64 numbers that are not below a threshold. @returns how many. */
  reaching(numbers: number, count: number, threshold: number, out: number): number;
}

import { blockField, controlField } from './jobs.ts';

/** A block that a job goes through, or a part of it. */
export interface BlockPart {
  /** Its place in the job. */
  place: number;
  slot: number;
  coded: boolean;
  firstRow: number;
  /** Places of its rows among those searched. */
  from: number;
  to: number;
}

/** The next block that no thread has taken; undefined when there is none, or the job is not wanted any more. */
export function takeBlock(control: Int32Array, blocks: Int32Array): BlockPart | undefined {
  if (Atomics.load(control, controlField.cancelled) !== 0) return undefined;
  const place = Atomics.add(control, controlField.next, 1);
  const at = place * blockField.length;
  if (at >= blocks.length) return undefined;
  return {
    place,
    slot: blocks[at + blockField.slot]!,
    coded: blocks[at + blockField.coded] === 1,
    firstRow: blocks[at + blockField.firstRow]!,
    from: blocks[at + blockField.from]!,
    to: blocks[at + blockField.to]!,
  };
}

/**
 * Writes down which rows a chunk has, counted from the first row of their block.
 * @param rows all rows searched; null where the part has all rows of its block.
 */
export function writeRows(list: Int32Array, rows: Int32Array | null, part: BlockPart, from: number): void {
  if (rows) for (let i = 0; i < list.length; i++) list[i] = rows[from + i]! - part.firstRow;
  else for (let i = 0; i < list.length; i++) list[i] = from - part.from + i;
}

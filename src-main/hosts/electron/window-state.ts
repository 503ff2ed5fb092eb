import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const pixels = z.int().min(-100_000).max(100_000);
export const windowState = z.object({
  x: pixels.nullable(),
  y: pixels.nullable(),
  width: z.int().min(1).max(100_000),
  height: z.int().min(1).max(100_000),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof windowState>;

export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const smallestWindow = { width: 900, height: 600 };
const firstState: WindowState = { x: null, y: null, width: 1440, height: 900, maximized: false };

/** How much of the title bar must be on a display for the window to be taken hold of, in pixels. */
const handle = { width: 100, height: 30 };

/** The state kept in `file`; a missing or damaged file counts as none. */
export function readWindowState(file: string): WindowState {
  try {
    return windowState.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return firstState;
  }
}

/** Keeps the state; an unwritable place is no reason to disturb anybody. @returns false when it could not be kept. */
export function writeWindowState(file: string, state: WindowState): boolean {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.part`, `${JSON.stringify(state)}\n`);
    renameSync(`${file}.part`, file);
    return true;
  } catch {
    return false;
  }
}

/**
 * Fits a kept state to the displays of today. A window whose title bar lies on none of them is
 * centred by the system instead; one larger than its display shrinks to it.
 * @param displays work areas in screen coordinates, the primary display first.
 */
export function fitToDisplays(state: WindowState, displays: readonly Area[]): WindowState {
  const { x, y } = state;
  if (x !== null && y !== null) {
    for (const area of displays) {
      const size = fitSize(state, area);
      if (canBeHeld({ x, y, width: size.width }, area)) return { ...state, ...size };
    }
  }
  return { ...state, ...fitSize(state, displays[0] ?? state), x: null, y: null };
}

function fitSize(
  size: { width: number; height: number },
  area: { width: number; height: number },
): { width: number; height: number } {
  return {
    width: Math.max(smallestWindow.width, Math.min(size.width, area.width)),
    height: Math.max(smallestWindow.height, Math.min(size.height, area.height)),
  };
}

function canBeHeld(window: { x: number; y: number; width: number }, area: Area): boolean {
  const shown = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  return shown >= handle.width && window.y >= area.y && window.y + handle.height <= area.y + area.height;
}

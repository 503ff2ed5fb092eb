import type { Batch, ImportSource, RejectReason } from '../../../src-main/api/types.ts';

/** Why a file was not taken, in words. */
export const reasonLabels: Record<RejectReason, string> = {
  unreadable: 'Cannot be read',
  truncated: 'Ends early',
  'not-an-image': 'Not an image',
  'too-large': 'File too large',
  'over-pixel-limit': 'Too many pixels',
  'too-small': 'Too small',
  'zero-bytes': 'Empty file',
  'outside-folder': 'Lies outside the folder',
  'name-does-not-parse': 'Name does not fit the pattern',
  'time-impossible': 'Impossible time',
  'time-in-gap': 'Time skipped by daylight saving',
  'duplicate-row': 'Row given twice',
  'invalid-row': 'Row cannot be read',
  'file-missing': 'File is missing',
  'box-outside-frame': 'Box outside the frame',
};

export const stateLabels: Record<Batch['state'], string> = {
  scanning: 'Reading the source',
  running: 'Running',
  paused: 'Paused',
  interrupted: 'Interrupted',
  cancelled: 'Cancelled',
  done: 'Done',
  failed: 'Stopped by an error',
  removing: 'Being removed',
  removed: 'Removed',
};

export const sourceLabels: Record<ImportSource['kind'], string> = {
  folder: 'Folder of crops',
  manifest: 'Manifest',
  detections: 'Detections',
};

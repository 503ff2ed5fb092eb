import { resolve } from 'node:path';
import { assertNever } from '../../errors.ts';
import type { ImportRequest } from '../schema.ts';
import { openDetectionsSource } from './detections-source.ts';
import { openFolderSource } from './folder-source.ts';
import { openManifestSource } from './manifest-source.ts';
import type { CropSource } from './source.ts';

/**
 * Opens what an import reads from.
 * @param zone in which a start time is read.
 * @throws DescryError `not-found`, `invalid-input`: what cannot be imported at all is refused here, before a batch exists.
 */
export function openSource({ source, options }: ImportRequest, zone: string): Promise<CropSource> {
  switch (source.kind) {
    case 'folder':
      return openFolderSource(source.path);
    case 'manifest':
      return openManifestSource(source.path, source.root);
    case 'detections':
      return openDetectionsSource(source.path, source.frames, options, zone);
    default:
      return assertNever(source, 'unknown source');
  }
}

/** Paths as they mean the same in any process: a resumed import may run in another working folder. */
export function withFullPaths({ source, options }: ImportRequest): ImportRequest {
  const path = resolve(source.path);
  switch (source.kind) {
    case 'folder':
      return { source: { ...source, path }, options };
    case 'manifest':
      return {
        source:
          source.root === undefined ? { ...source, path } : { ...source, path, root: resolve(source.root) },
        options,
      };
    case 'detections':
      return { source: { ...source, path, frames: resolve(source.frames) }, options };
  }
}

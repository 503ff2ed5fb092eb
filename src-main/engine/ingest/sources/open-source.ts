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

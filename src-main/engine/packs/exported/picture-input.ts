import type { PackManifest } from '../../inference/schema.ts';
import type { PreprocessorConfig } from './configuration.ts';
import { cannotUse } from './exported-problem.ts';

type PictureInput = Pick<PackManifest['image'], 'width' | 'height' | 'resize' | 'crop' | 'mean' | 'std'>;

/** Pillow's numbers for its resampling kernels. */
const kernels: Readonly<Record<number, PictureInput['resize'] | string>> = {
  0: 'nearest',
  1: 'Lanczos',
  2: 'antialias-bilinear',
  3: 'antialias-bicubic',
  4: 'box',
  5: 'Hamming',
};
const bicubic = 3;
const byteScale = 1 / 255;

/**
 * How pictures are prepared, from `preprocessor_config.json`.
 * @throws DescryError `unsupported`, naming the step that Descry does not have.
 */
export function pictureInput(config: PreprocessorConfig): PictureInput {
  for (const step of ['do_pad', 'do_flip_channel_order', 'crop_pct'] as const)
    if (config[step])
      throw cannotUse(`preprocessor_config.json asks for ${step}, which Descry does not have.`);
  if (!config.do_resize)
    throw cannotUse('preprocessor_config.json asks for pictures of any size (do_resize is off).');
  return { ...sizeOf(config), resize: kernelOf(config), ...levelsOf(config) };
}

function kernelOf({ resample }: PreprocessorConfig): PictureInput['resize'] {
  const number = resample ?? bicubic;
  const kernel = kernels[number];
  if (kernel === 'antialias-bilinear' || kernel === 'antialias-bicubic') return kernel;
  throw cannotUse(
    `preprocessor_config.json asks for resampling ${number} (${kernel ?? 'unknown'}); Descry has bilinear (2) and bicubic (3).`,
  );
}

/** The size that the model sees, and whether the middle of the picture is cut out for it. */
function sizeOf(config: PreprocessorConfig): Pick<PictureInput, 'width' | 'height' | 'crop'> {
  const size = typeof config.size === 'number' ? { shortest_edge: config.size } : config.size;
  if (!size) throw cannotUse('preprocessor_config.json does not say to which size pictures are brought.');
  const crop = config.do_center_crop ? cropOf(config) : undefined;
  if (size.height !== undefined && size.width !== undefined) {
    if (crop && (crop.width !== size.width || crop.height !== size.height))
      throw cannotUse(
        `preprocessor_config.json brings pictures to ${size.width} x ${size.height} and cuts ${crop.width} x ${crop.height} out of them; Descry only cuts what covers the whole input.`,
      );
    return { width: size.width, height: size.height };
  }
  const edge = size.shortest_edge;
  if (edge === undefined)
    throw cannotUse('preprocessor_config.json does not say to which size pictures are brought.');
  if (!crop)
    throw cannotUse(
      'preprocessor_config.json keeps the form of pictures and cuts nothing out, so that each has another size.',
    );
  if (crop.width !== edge || crop.height !== edge)
    throw cannotUse(
      `preprocessor_config.json brings the shorter side to ${edge} and cuts ${crop.width} x ${crop.height} out of it; Descry only cuts what covers the whole input.`,
    );
  return { ...crop, crop: 'centre' };
}

function cropOf({ crop_size: crop }: PreprocessorConfig): { width: number; height: number } {
  if (typeof crop === 'number') return { width: crop, height: crop };
  if (crop?.width === undefined || crop.height === undefined)
    throw cannotUse('preprocessor_config.json asks for a cut without saying of which size (crop_size).');
  return { width: crop.width, height: crop.height };
}

/**
 * Mean and deviation for `(x / 255 - mean) / std`. Another factor than 1/255 goes into both:
 * `(x f - m) / s = (x / 255 - m / 255 f) / (s / 255 f)`.
 */
function levelsOf(config: PreprocessorConfig): Pick<PictureInput, 'mean' | 'std'> {
  const factor = config.do_rescale ? config.rescale_factor : 1;
  const { mean, std } = config.do_normalize
    ? { mean: config.image_mean, std: config.image_std }
    : { mean: [0, 0, 0] as const, std: [1, 1, 1] as const };
  if (!mean || !std)
    throw cannotUse(
      'preprocessor_config.json asks for normalised pictures without image_mean and image_std.',
    );
  if (std.some((number) => !(number > 0)))
    throw cannotUse('preprocessor_config.json has an image_std that is not above 0.');
  // 1/255 as exporters write it differs from ours in the last digit at most.
  const scale = Math.abs(factor - byteScale) < 1e-9 ? 1 : 255 * factor;
  return {
    mean: [mean[0] / scale, mean[1] / scale, mean[2] / scale],
    std: [std[0] / scale, std[1] / scale, std[2] / scale],
  };
}

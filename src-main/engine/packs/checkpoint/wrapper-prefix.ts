/** What wrapping a model for training (DataParallel, torch.compile) puts before every name. */
const wrapperPrefixes = ['module.', '_orig_mod.'];

/** The same map, its names without a wrapper's prefix where all of them have it. */
export function withoutWrapperPrefix<T>(tensors: Map<string, T>): Map<string, T> {
  const names = [...tensors.keys()];
  const prefix = wrapperPrefixes.find((start) => names.every((name) => name.startsWith(start)));
  if (prefix === undefined || names.length === 0) return tensors;
  return withoutWrapperPrefix(
    new Map([...tensors].map(([name, value]) => [name.slice(prefix.length), value])),
  );
}

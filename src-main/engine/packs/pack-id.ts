/** An id for a pack from the kind of model and the name of what it comes from: RDE's `best.pth` becomes `rde-best`. */
export function idFrom(kind: string, name: string): string {
  const [short, stem] = [kind, name].map((text) =>
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/gu, '-')
      .replace(/^-+|-+$/gu, ''),
  ) as [string, string];
  return (stem.includes(short) || stem === '' ? stem || short : `${short}-${stem}`).slice(0, 64);
}

/** The separator of the engine's machine, not of this page's. */
export function separatorOf(platform: string): '/' | '\\' {
  return platform === 'win32' ? '\\' : '/';
}

/** A case's name as a folder name that every file system takes; empty when nothing of it is left. */
export function folderName(name: string): string {
  return name
    .normalize('NFC')
    .replace(/[\u0000-\u001f<>:"/\\|?*]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 120)
    .replace(/[. ]+$/, '');
}

/** Where a new case is put: `<place>/<name>`; the engine adds `.descry`. */
export function casePath(place: string, name: string, platform: string): string {
  const separator = separatorOf(platform);
  return `${place.replace(/[/\\]+$/, '')}${separator}${folderName(name)}`;
}

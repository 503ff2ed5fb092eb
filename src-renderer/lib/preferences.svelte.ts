export type Theme = 'system' | 'light' | 'dark';

/** What this window remembers about its looks, on this machine. */
export class Preferences {
  theme = $state<Theme>('system');

  start(): void {
    const stored = localStorage.getItem('descry:theme');
    this.setTheme(stored === 'light' || stored === 'dark' ? stored : 'system');
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    localStorage.setItem('descry:theme', theme);
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }
}

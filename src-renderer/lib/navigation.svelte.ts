export const places = ['start', 'import', 'search', 'review', 'export', 'models', 'settings'] as const;
export type Place = (typeof places)[number];

export interface Route {
  place: Place;
  /** The part below a place: `#/settings/cameras` has `cameras`. */
  section: string;
  /** `#/search?id=12` has `{ id: '12' }`. */
  parameters: Record<string, string>;
}

/** Reads an address's fragment; anything unknown is the start page. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [first = '', ...rest] = path.split('/');
  const place = places.find((known) => known === first) ?? 'start';
  return { place, section: rest.join('/'), parameters: Object.fromEntries(new URLSearchParams(query)) };
}

/** The fragment of a route. */
export function formatRoute(place: Place, section = '', parameters: Record<string, string> = {}): string {
  const query = new URLSearchParams(parameters).toString();
  return `#/${place}${section === '' ? '' : `/${section}`}${query === '' ? '' : `?${query}`}`;
}

/** Where the window is; kept in the address, so that a reload and the back key work. */
export class Navigation {
  route = $state<Route>(parseRoute(''));

  start(): void {
    this.route = parseRoute(location.hash);
    window.addEventListener('hashchange', () => (this.route = parseRoute(location.hash)));
  }

  go(place: Place, section = '', parameters: Record<string, string> = {}): void {
    location.hash = formatRoute(place, section, parameters);
  }

  /** Changes the parameters in place, without a step in the history. */
  replace(parameters: Record<string, string>): void {
    history.replaceState(null, '', formatRoute(this.route.place, this.route.section, parameters));
    this.route = parseRoute(location.hash);
  }
}

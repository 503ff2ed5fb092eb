import { untrack } from 'svelte';
import { application } from '../../lib/application.svelte.ts';
import { outliving } from '../../lib/outliving.svelte.ts';
import { PageState } from '../../lib/page-state.svelte.ts';
import { CompareManager, type Compared } from './compare-manager.svelte.ts';
import { DetailManager } from './detail-manager.svelte.ts';
import { FacetsManager } from './facets-manager.svelte.ts';
import type { Density } from './grid-layout.ts';
import { HistoryManager } from './history-manager.svelte.ts';
import { SearchManager, type StoredSearch } from './search-manager.svelte.ts';

interface Looks {
  density: Density;
  filters: boolean;
  detail: boolean;
}

interface Kept {
  search: StoredSearch | null;
  compared: readonly Compared[];
}

/** Everything of the search page that belongs to one case; it outlives the page and comes back after a reload. */
export class SearchState {
  readonly #kept: PageState<Kept>;
  readonly looks: PageState<Looks>;
  readonly search: SearchManager;
  readonly facets = new FacetsManager(application.client);
  readonly history = new HistoryManager(application.client);
  readonly detail = new DetailManager(application.client);
  readonly compare = new CompareManager();

  constructor(caseId: string) {
    this.#kept = new PageState<Kept>(`search:${caseId}`, { search: null, compared: [] });
    this.looks = new PageState<Looks>(`search-looks:${caseId}`, {
      density: 'medium',
      filters: true,
      detail: true,
    });
    const kept = $state.snapshot(this.#kept.value);
    this.search = new SearchManager(application.client, kept.search);
    this.compare.crops = kept.compared;
  }

  /** Writes down what is to come back; call in an effect. */
  save(): void {
    const search = this.search.stored;
    const compared = this.compare.crops;
    untrack(() => {
      this.#kept.value = { search, compared };
      this.#kept.save();
    });
  }
}

let current: { caseId: string; state: SearchState } | null = null;

/** The search page's state for a case, made at the first call. */
export function searchStateOf(caseId: string): SearchState {
  if (current?.caseId !== caseId) {
    current?.state.facets.stop();
    current = { caseId, state: outliving(() => new SearchState(caseId)) };
  }
  return current.state;
}

import type { LucideProps } from '@lucide/svelte';
import type { Component } from 'svelte';

/** A component of @lucide/svelte: `import Search from '@lucide/svelte/icons/search'`. */
export type Icon = Component<LucideProps>;

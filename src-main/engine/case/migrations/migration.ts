/**
 * One step of the case schema. Numbers go up in tens; a released migration is never edited.
 * Each runs in one transaction together with `user_version`.
 */
export interface Migration {
  version: number;
  name: string;
  sql: string;
}

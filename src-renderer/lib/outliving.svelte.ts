/**
 * Makes state that outlives the page that asks for it first. What a component makes while it is set up
 * belongs to it: once it is gone, `$derived` values keep what they were. State that several visits of a
 * page share is therefore made here.
 */
export function outliving<T>(make: () => T): T {
  let made: { value: T } | undefined;
  $effect.root(() => {
    made = { value: make() };
  });
  return made!.value;
}

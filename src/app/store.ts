/** One typed state with subscriptions. A change is a patch; listeners of the changed fields run once, before the next paint. */

export interface Store<S extends object> {
  readonly state: Readonly<S>;
  /** Replaces fields. Values are compared by identity: change a list by making a new one. */
  set(patch: Partial<S>): void;
  /** Calls `listener` now and after every change of one of the fields. */
  watch(fields: readonly (keyof S)[], listener: (state: Readonly<S>) => void): void;
}

export function createStore<S extends object>(initial: S): Store<S> {
  let state: Readonly<S> = initial;
  const watchers: { fields: readonly (keyof S)[]; listener: (state: Readonly<S>) => void }[] = [];
  let changed = new Set<keyof S>();
  const deliver = (): void => {
    const fields = changed;
    changed = new Set();
    for (const watcher of watchers) {
      if (watcher.fields.some((field) => fields.has(field))) watcher.listener(state);
    }
  };
  return {
    get state() {
      return state;
    },
    set(patch) {
      const fields = (Object.keys(patch) as (keyof S)[]).filter((field) => patch[field] !== state[field]);
      if (fields.length === 0) return;
      state = { ...state, ...patch };
      if (changed.size === 0) queueMicrotask(deliver);
      for (const field of fields) changed.add(field);
    },
    watch(fields, listener) {
      watchers.push({ fields, listener });
      listener(state);
    },
  };
}

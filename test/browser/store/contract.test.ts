import { createStore, del, keys, set } from 'idb-keyval';
import { indexedDBStore } from '../../../src/index.ts';
import { testHealthStore } from '../../contract/health-store.ts';

let last = 0;

testHealthStore({
  name: 'indexedDBStore',
  claims: true,
  spoils: true,
  async share() {
    const name = `contract-${++last}`;
    const objects = createStore(name, 'health');
    return {
      open: () => indexedDBStore({ name }),
      async spoil(garbage) {
        for (const key of await keys(objects)) await set(key, garbage, objects);
        await set('pins', garbage, objects);
        await del(1, objects);
      },
    };
  },
});

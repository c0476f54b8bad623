import { memoryStore } from '../../src/index.ts';
import { testHealthStore } from '../contract/health-store.ts';

testHealthStore({
  name: 'memoryStore',
  claims: true,
  spoils: false,
  async share() {
    const store = memoryStore();
    return { open: () => store };
  },
});

import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Lasts as long as the outages in it, and needs the machine for a fifth of that. */
const longest = '/presets-live.test.ts';

/** Begins with what would keep all others waiting for its end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLongest = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith(longest);
    return [...sorted.filter(isLongest), ...sorted.filter((file) => !isLongest(file))];
  }
}

/** A failure's name and code, as far as they are words: anything else of it may quote a secret. Never throws. */
export function wordsOf(failure: unknown): string {
  try {
    const { name, code } = Object(failure);
    const words = [name, code].filter((one) => one && /^[a-z]\w{0,39}$/i.test(one));
    if (words.length > 0) return words.join(', ');
  } catch {
    // It does not want to be read.
  }
  return typeof failure;
}

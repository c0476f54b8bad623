/**
 * Chance without a generator: every decision hashes what it is about, so that requests which run side by side draw the
 * same lots in whatever order they arrive. Not cryptographic.
 */
function hash(text: string): readonly [number, number] {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return [a >>> 0, b >>> 0];
}

/** What a hash is of. */
export type HashPart = string | number;

const joined = (parts: readonly HashPart[]): string => parts.join('\u0000');

/** Uniform in [0, 1), the same for the same parts. */
export function chance(...parts: readonly HashPart[]): number {
  const [a, b] = hash(joined(parts));
  return ((b & 0x1fffff) * 2 ** 32 + a) / 2 ** 53;
}

/** `length` hexadecimal digits, the same for the same parts. */
export function hex(length: number, ...parts: readonly HashPart[]): string {
  const text = joined(parts);
  let digits = '';
  for (let round = 0; digits.length < length; round++) {
    for (const word of hash(`${round}\u0000${text}`)) digits += word.toString(16).padStart(8, '0');
  }
  return digits.slice(0, length);
}

/** In the form of a UUID, the same for the same parts. */
export function uuid(...parts: readonly HashPart[]): string {
  const digits = hex(32, ...parts);
  const part = (from: number, to: number): string => digits.slice(from, to);
  return `${part(0, 8)}-${part(8, 12)}-${part(12, 16)}-${part(16, 20)}-${part(20, 32)}`;
}

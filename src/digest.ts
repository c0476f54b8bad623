/** A long text's end tells it from others: of encrypted content it is a signature of the whole. */
const ENOUGH = 512;

/** A short name, `#` and letters, for what must not be kept itself. Not for secrets that could be guessed. */
export function digest(text: string): string {
  let [a, b] = [0x9e3779b1, 0x85ebca77];
  for (let i = Math.max(0, text.length - ENOUGH); i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x9e3779b1);
    b = Math.imul((b << 5) ^ (b >>> 27) ^ text.charCodeAt(i), 0x85ebca77);
  }
  return `#${(a >>> 0).toString(36)}-${(b >>> 0).toString(36)}`;
}

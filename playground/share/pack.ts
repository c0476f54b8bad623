/** The longest link that is made, and read: characters after `s=`. Some programs cut longer ones. */
export const longestLink = 4_096;
/** What a link may unpack to, in bytes: far more than any scenario, far less than would hurt. */
const mostBytes = 65_536;

/** JSON as text that a URL takes as it is: deflated, in base64url. */
export async function pack(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const packed = await bytesOf(through(bytes, new CompressionStream('deflate-raw')), Number.POSITIVE_INFINITY);
  const text = btoa(Array.from(packed, (byte) => String.fromCharCode(byte)).join(''));
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/**
 * What {@link pack} made text of.
 *
 * @throws RangeError when it is too long, or unpacks to too much.
 * @throws TypeError when it is damaged.
 */
export async function unpack(text: string): Promise<unknown> {
  if (text.length > longestLink) {
    throw new RangeError(`a link must have ${longestLink} characters at most, got ${text.length}`);
  }
  const bytes = await bytesOf(through(fromBase64(text), new DecompressionStream('deflate-raw')), mostBytes);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw damaged();
  }
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[\w-]+$/.test(text)) throw damaged();
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
  } catch {
    throw damaged();
  }
}

function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): ReadableStream<Uint8Array> {
  return new Blob([bytes]).stream().pipeThrough(stream);
}

async function bytesOf(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.length;
      if (length > most) break;
      parts.push(part.value);
    }
  } catch {
    throw damaged();
  }
  if (length > most) {
    // What is left unread is never unpacked.
    await reader.cancel().catch(() => {});
    throw new RangeError(`a link must unpack to ${most} bytes at most, and this one does not`);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const damaged = (): TypeError => new TypeError('the link is damaged: it may have been cut off when it was copied');

/**
 * What a refusal demands of the next token: the claims challenge in its `WWW-Authenticate`, as JSON. `undefined` where there
 * is none that can be read; a page sees the header only where the service exposes it.
 */
export function claimsOf({ headers }: Response): string | undefined {
  const encoded = /\bclaims="([\w+/=-]+)"/i.exec(headers.get('www-authenticate') ?? '')?.[1];
  if (encoded === undefined) return undefined;
  try {
    const binary = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'));
    const claims = new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
    // Libraries put it into a request of their own: what is no object would make that one fail.
    return /^\{/.test(claims.trim()) && JSON.parse(claims) ? claims : undefined;
  } catch {
    return undefined;
  }
}

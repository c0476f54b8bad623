import type { Answer, Script } from './service.ts';

const refusal = (status: number, message: string, code: string | null = null): Response =>
  Response.json({ error: { message, type: 'invalid_request_error', param: null, code } }, { status });

/** What a region of Azure keeps: responses, and what they are made of. Everything else it has never heard of. */
function keeper(region: string) {
  const kept = new Set<string>();
  let count = 0;
  const answer: Answer = ({ method, url, body }) => {
    const { pathname } = new URL(url);
    const [, collection = '', id] = /^\/openai\/v1\/(\w+)(?:\/([^/]+))?/.exec(pathname) ?? [];
    if (id !== undefined && id !== 'compact') {
      if (!kept.has(id)) return refusal(404, `${collection} with id '${id}' not found.`);
      if (method === 'DELETE') kept.delete(id);
      return Response.json({ id, deleted: method === 'DELETE', region });
    }
    if (method === 'GET') return Response.json({ object: 'list', data: [...kept].map((one) => ({ id: one })), region });
    const asked = typeof body === 'string' ? JSON.parse(body) : {};
    const { previous_response_id: previous, input = [], store = true } = asked;
    if (previous && !kept.has(previous))
      return refusal(400, `Previous response with id '${previous}' not found.`, 'previous_response_not_found');
    for (const item of Array.isArray(input) ? input : []) {
      if (item.type === 'item_reference' && !kept.has(item.id))
        return refusal(400, `Item with id '${item.id}' not found.`);
      if (item.encrypted_content && !item.encrypted_content.endsWith(`${region}==`))
        return refusal(400, 'The encrypted content gAAA... could not be verified.', 'invalid_encrypted_content');
    }
    const n = `${region}_${++count}`;
    const made = collection === 'responses' ? [`resp_${n}`, `msg_${n}`] : [`${collection}-${n}`];
    if (store) for (const one of made) kept.add(one);
    const [first, ...items] = made;
    const output = items.map((one) => ({ id: one, type: 'message', encrypted_content: `gAAAA${n}${region}==` }));
    return Response.json({ id: first, store, output, region });
  };
  return { answer, kept };
}

/** Regions that keep what they are told to, each for itself. */
export function keepers(...regions: readonly string[]) {
  const all = new Map(regions.map((region) => [region, keeper(region)]));
  const script: Script = Object.fromEntries([...all].map(([region, { answer }]) => [region, answer]));
  return { script, kept: (region: string): Set<string> => all.get(region)?.kept ?? new Set() };
}

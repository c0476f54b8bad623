/** What a failure says, somewhere in it, and what helps. The first that fits is told. */
const HELP: readonly (readonly [says: RegExp, helps: string])[] = [
  [/not supported in (the|a) browser/i, 'in a page, sign people in with `msal` from azure-openai-failover/msal'],
  [/\bERR_MODULE_NOT_FOUND\b|Cannot find (package|module)|Could not resolve/i, 'run `npm install @azure/identity`'],
  [
    /\bAADSTS(7000215|7000216|7000222|7000218|700027)\b|\binvalid_client\b/,
    'the secret or certificate of the app is wrong or has expired: give it a new one (AZURE_CLIENT_SECRET), or use a managed ' +
      'identity, which has none',
  ],
  [
    /\bAADSTS(700016|90002|900023|900021|500021)\b|\bunauthorized_client\b|\binvalid_tenant/,
    'there is no such app or tenant: check AZURE_CLIENT_ID and AZURE_TENANT_ID',
  ],
  [
    /\bAADSTS(500011|650057|70011|1002012|500014)\b|\binvalid_(scope|resource|target)\b/,
    'this tenant does not know the scope: give `entra` another `scope`, https://cognitiveservices.azure.com/.default for one, ' +
      'and where the endpoint is not in the public cloud a credential with that cloud’s `authorityHost`',
  ],
  [
    /\bAADSTS(50076|50078|50079|50105|50158|50173|530\d\d|65001|70043|70044|700082|700084)\b|\b(interaction|consent|login)_required\b|\binvalid_grant\b|claims.challenge/i,
    'a person has to sign in again: run `az login --scope {scope}`, with `--tenant` where there are several',
  ],
  [
    /\bendpoints_resolution_error\b|\bopenid_config_error\b/,
    'its authority cannot be reached: check the network, a proxy, and `authorityHost`',
  ],
  [
    /\b(CredentialUnavailable|AggregateAuthentication)Error\b/,
    'nobody is signed in here: run `az login` on your machine, enable a managed identity in Azure, or set AZURE_TENANT_ID, ' +
      'AZURE_CLIENT_ID and AZURE_CLIENT_SECRET',
  ],
  [
    /\b(ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH)\b|\bnetwork_error\b|fetch failed|certificate/i,
    'its authority cannot be reached: check the network, a proxy, and `authorityHost`',
  ],
];

/**
 * Says in our own words why Entra ID gave no token, and what helps. Of the failure's own it repeats codes and nothing else:
 * its text may quote what was sent.
 */
export function helpFor(failure: unknown, scope: string): string {
  const said = textsOf(failure).join('\n');
  const codes = [...new Set(said.match(/\bAADSTS\d{4,8}\b/g))].slice(0, 3);
  const found = HELP.find(([says]) => says.test(said))?.[1];
  const helps =
    found?.replace('{scope}', scope) ?? 'its credential’s own words are in the log: set AZURE_LOG_LEVEL=verbose';
  return `Entra ID gave no token for ${scope}${codes.length > 0 ? ` (${codes.join(', ')})` : ''}: ${helps}`;
}

const TELLING = ['name', 'message', 'code', 'errorCode'] as const;

/** What an error and those inside it say. Never throws, whatever was thrown. */
function textsOf(failure: unknown, depth = 0): string[] {
  try {
    if (typeof failure === 'string') return [failure];
    if (typeof failure !== 'object' || failure === null || depth > 4) return [];
    const fields = failure as Readonly<Record<string, unknown>>;
    const own = TELLING.map((name) => fields[name]).filter((value) => typeof value === 'string');
    const { cause, errors } = fields;
    const inside = Array.isArray(errors) ? errors.slice(0, 20) : [];
    return [...own, ...[cause, ...inside].flatMap((one) => textsOf(one, depth + 1))];
  } catch {
    return [];
  }
}

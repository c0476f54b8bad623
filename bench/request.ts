/** What the OpenAI SDK hands to `fetch` for a chat completion with a body of 2 KB. */
export function sdkRequest(origin: string): { readonly url: string; readonly init: RequestInit } {
  const content = 'The quick brown fox jumps over the lazy dog. '.repeat(42);
  const body = JSON.stringify({
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content },
    ],
    model: 'gpt-4o',
  });
  const headers = new Headers({
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': 'AzureOpenAI/JS 7.57.0',
    'x-stainless-arch': 'x64',
    'x-stainless-lang': 'js',
    'x-stainless-os': 'Linux',
    'x-stainless-package-version': '7.57.0',
    'x-stainless-retry-count': '0',
    'x-stainless-runtime': 'node',
    'x-stainless-runtime-version': 'v24',
    'api-key': 'key-of-the-caller',
  });
  const url = `${origin}/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21`;
  return { url, init: { method: 'POST', headers, body, redirect: 'manual' } };
}

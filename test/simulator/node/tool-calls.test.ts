import type OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { clients, refusal } from './sdk-clients.ts';
import { endpoint, started } from './support.ts';

const model = 'gpt-4o';
const parameters = {
  type: 'object',
  properties: { place: { type: 'string' }, days: { type: 'integer' } },
  required: ['place', 'days'],
  additionalProperties: false,
};
const chatTools = ['get_weather', 'get_time'].map((name) => {
  return { type: 'function' as const, function: { name, parameters } };
});
const tools = ['get_weather', 'get_time'].map((name) => {
  return { type: 'function' as const, name, parameters, strict: true };
});
const asked = 'Please get_weather in Rome';
const given = JSON.stringify({ place: asked, days: 1 });
const says = (content: string): OpenAI.ChatCompletionMessageParam => ({ role: 'user', content });

describe.each(clients)('%s', (_, clientOf) => {
  const connected = async (): Promise<OpenAI> => clientOf(endpoint(await started()));

  test('a chat calls the function that the user names, and reads what it says', async () => {
    const client = await connected();
    const ask = { model, tools: chatTools, messages: [says(asked)] };
    const { choices, usage } = await client.chat.completions.create(ask);
    const message = choices[0]?.message;
    expect(choices[0]?.finish_reason).toBe('tool_calls');
    expect(message).toEqual({
      role: 'assistant',
      content: null,
      refusal: null,
      tool_calls: [
        {
          id: expect.stringMatching(/^call_/),
          type: 'function',
          function: { name: 'get_weather', arguments: given },
        },
      ],
    });
    expect(usage?.completion_tokens).toBeGreaterThan(0);
    if (!message) throw new Error('no message');
    const result = { role: 'tool' as const, tool_call_id: message.tool_calls?.[0]?.id ?? '', content: '21 degrees' };
    const answer = await client.chat.completions.create({ ...ask, messages: [...ask.messages, message, result] });
    expect(answer.choices[0]).toMatchObject({
      message: { content: 'gpt-4o in eastus heard: 21 degrees' },
      finish_reason: 'stop',
    });
  });

  test('a chat streams its calls', async () => {
    const client = await connected();
    const ask = { model, tools: chatTools, messages: [says(`${asked}, and get_time`)] };
    const stream = client.chat.completions.stream({ ...ask, stream_options: { include_usage: true } });
    const { choices, usage } = await stream.finalChatCompletion();
    const whole = await client.chat.completions.create(ask);
    const called = (choice: OpenAI.ChatCompletion.Choice | undefined): unknown =>
      choice?.message.tool_calls?.map((call) => {
        return call.type === 'function' && { name: call.function.name, arguments: call.function.arguments };
      });
    const given = JSON.stringify({ place: ask.messages[0]?.content, days: 1 });
    expect(called(choices[0])).toEqual(['get_weather', 'get_time'].map((name) => ({ name, arguments: given })));
    expect(called(whole.choices[0])).toEqual(called(choices[0]));
    expect(choices[0]?.finish_reason).toBe('tool_calls');
    expect(usage).toEqual(whole.usage);
    const single = await client.chat.completions.create({ ...ask, parallel_tool_calls: false });
    expect(single.choices[0]?.message.tool_calls).toHaveLength(1);
  });

  test.each([
    ['auto', 'Good morning', []],
    ['none', asked, []],
    ['required', 'Good morning', ['get_weather']],
    ['required', 'Now get_time', ['get_time']],
    ['get_time', 'Good morning', ['get_time']],
    ['get_time', asked, ['get_time']],
    [undefined, asked, ['get_weather']],
  ] as const)('calls where the choice is %s and the user says "%s"', async (choice, text, names) => {
    const client = await connected();
    const named = choice === 'get_time' ? choice : undefined;
    const plain = choice === 'get_time' ? undefined : choice;
    const chat = await client.chat.completions.create({
      model,
      tools: chatTools,
      messages: [says(text)],
      ...(plain && { tool_choice: plain }),
      ...(named && { tool_choice: { type: 'function', function: { name: named } } }),
    });
    const called = chat.choices[0]?.message.tool_calls ?? [];
    expect(called.map((call) => call.type === 'function' && call.function.name)).toEqual(names);
    const response = await client.responses.create({
      model,
      tools,
      input: text,
      ...(plain && { tool_choice: plain }),
      ...(named && { tool_choice: { type: 'function', name: named } }),
    });
    const items = response.output.flatMap((item) => (item.type === 'function_call' ? [item.name] : []));
    expect(items).toEqual(names);
    expect(response.tools).toEqual(tools);
    expect(response.output_text === '').toBe(names.length > 0);
  });

  test('a response calls a function, and goes on with what it says', async () => {
    const client = await connected();
    const first = await client.responses.create({ model, tools, input: asked });
    const [call] = first.output;
    expect(call).toEqual({
      id: expect.stringMatching(/^fc_/),
      type: 'function_call',
      status: 'completed',
      call_id: expect.stringMatching(/^call_/),
      name: 'get_weather',
      arguments: given,
    });
    if (call?.type !== 'function_call') throw new Error('no call');
    const output = { type: 'function_call_output' as const, call_id: call.call_id, output: '21 degrees' };
    const next = { model, tools, previous_response_id: first.id };
    expect((await client.responses.create({ ...next, input: [output] })).output_text).toBe(
      'gpt-4o in eastus heard: 21 degrees',
    );
    const whole = [{ role: 'user' as const, content: asked }, call, output];
    expect((await client.responses.create({ model, tools, input: whole })).output_text).toContain('21 degrees');
    const unasked = { ...output, call_id: 'call_0' };
    expect(await refusal(client.responses.create({ ...next, input: [unasked] }))).toEqual({
      status: 400,
      code: null,
      param: 'input',
      message: 'No tool call found for function call output with call_id call_0.',
    });
  });

  test('a response streams its calls', async () => {
    const client = await connected();
    const types: string[] = [];
    let pieces = '';
    const stream = client.responses.stream({ model, tools, input: asked, include: ['reasoning.encrypted_content'] });
    stream.on('event', (event) => types.push(event.type));
    const begun: unknown[] = [];
    stream.on('response.output_item.added', ({ item }) => begun.push(item));
    stream.on('response.function_call_arguments.delta', ({ delta }) => (pieces += delta));
    const { output } = await stream.finalResponse();
    expect(output.map(({ type }) => type)).toEqual(['reasoning', 'function_call']);
    expect(pieces).toBe(given);
    expect(begun[1]).toMatchObject({ id: output[1]?.id, name: 'get_weather', status: 'in_progress', arguments: '' });
    expect(types.filter((type, index) => type !== types[index - 1])).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.output_item.done',
      'response.output_item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'response.completed',
    ]);
  });
});

import type { Question } from './answer-text.ts';
import { shortened } from './answer-text.ts';
import { argumentsFor } from './function-arguments.ts';
import { hex } from './hash.ts';
import { lastSaid } from './last-said.ts';
import { isRecord } from './record.ts';

/** A function that the model wants called. */
export interface ToolCall {
  /** `call_…`, by which the result is given. */
  readonly callId: string;
  /** Behind `fc_`. Hexadecimal. */
  readonly id: string;
  readonly name: string;
  /** JSON. */
  readonly arguments: string;
}

interface FunctionTool {
  readonly name: string;
  readonly parameters: unknown;
}

/**
 * The calls that a question asks for: of the functions that the user's last words name, and where a call is required,
 * of the one that is required, else of the first. None when the user did not have the last word.
 */
export function toolCalls({ body, id, earlier }: Question): readonly ToolCall[] {
  const { tools, tool_choice: choice } = body;
  const functions = Array.isArray(tools) ? tools.flatMap(functionOf) : [];
  if (functions.length === 0 || choice === 'none') return [];
  const { text, byUser } = lastSaid(body, earlier);
  if (!byUser) return [];
  const required = isRecord(choice) ? functionOf(choice)[0]?.name : undefined;
  const named = functions.filter(({ name }) => (required === undefined ? text.includes(name) : name === required));
  const wanted = named.length === 0 && choice === 'required' ? functions : named;
  const calls = body['parallel_tool_calls'] === false || named.length === 0 ? wanted.slice(0, 1) : wanted;
  return calls.map(({ name, parameters }, index) => {
    const ownId = index === 0 ? id : hex(24, 'call', id, index);
    const given = JSON.stringify(argumentsFor(parameters, shortened(text)));
    return { callId: `call_${ownId}`, id: ownId, name, arguments: given };
  });
}

/** Of a tool, or of a choice. Chat has the function in a field of its own. */
function functionOf(tool: unknown): readonly FunctionTool[] {
  if (!isRecord(tool) || tool['type'] !== 'function') return [];
  const { name, parameters } = isRecord(tool['function']) ? tool['function'] : tool;
  return typeof name === 'string' && name !== '' ? [{ name, parameters }] : [];
}

/** The arguments in the pieces in which a stream brings them. */
export function piecesOf(text: string): readonly string[] {
  return text.match(/.{1,8}/gsu) ?? [];
}

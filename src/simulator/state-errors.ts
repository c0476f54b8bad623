import { invalidRequest } from './azure-errors.ts';
import { type StoredKindName, storedKinds } from './stored-kinds.ts';

/** Why a request is not answered. */
export interface Refusal {
  readonly status: number;
  /** JSON. */
  readonly body: string;
}

/** An item has a status too, in words. */
export function isRefusal(value: object): value is Refusal {
  return 'status' in value && typeof value.status === 'number';
}

const refusal = (message: string, param: string | null, code: string | null = null): Refusal => ({
  status: 400,
  body: invalidRequest(message, param, code),
});

/** What the region does not keep, or no longer. */
export function notKept(kind: StoredKindName, id: string): Refusal {
  return { status: 404, body: invalidRequest(`${storedKinds[kind].called} with id '${id}' not found.`, null) };
}

export function noPreviousResponse(id: string): Refusal {
  const message = `Previous response with id '${id}' not found.`;
  return refusal(message, 'previous_response_id', 'previous_response_not_found');
}

export function noItem(id: string): Refusal {
  return refusal(`Item with id '${id}' not found.`, 'input');
}

export function noToolCall(callId: string): Refusal {
  return refusal(`No tool call found for function call output with call_id ${callId}.`, 'input');
}

/** Sealed by another resource. */
export function notOpened(content: string): Refusal {
  const shown = `${content.slice(0, 4)}...${content.slice(-4)}`;
  const message = `The encrypted content ${shown} could not be verified. Reason: Encrypted content could not be decrypted or parsed.`;
  return refusal(message, null, 'invalid_encrypted_content');
}

export const twoMemories = refusal(
  "Mutually exclusive parameters: 'previous_response_id' and 'conversation'. Ensure you are only providing one of them.",
  null,
  'mutually_exclusive_parameters',
);

export const notInBackground = refusal('Cannot cancel a synchronous response.', null);

export function noPart(id: string): Refusal {
  return refusal(`Upload part with id '${id}' not found.`, 'part_ids');
}

/** A form has to have a file in a field. */
export function noFile(field: string): Refusal {
  return refusal(`Missing required parameter: '${field}'.`, field, 'missing_required_parameter');
}

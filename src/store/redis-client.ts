/** What is needed of a client of `redis` (node-redis), whatever modules, protocol and types of replies it has: of a cluster's, too. */
export interface RedisClient {
  readonly isOpen: boolean;
  eval(script: string, options: ScriptArguments): Promise<unknown>;
  evalSha(sha1: string, options: ScriptArguments): Promise<unknown>;
  duplicate(): RedisSubscriber;
}

/** A connection of its own, as one that listens may not be used for all else. */
export interface RedisSubscriber {
  readonly isOpen: boolean;
  on(event: string, listener: () => void): unknown;
  connect(): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  destroy(): unknown;
  /** A cluster's client has none. */
  unref?(): void;
}

export interface ScriptArguments {
  keys: string[];
  arguments: string[];
}

/** Lua that Redis runs, and keeps by its hash. */
export interface RedisScript {
  readonly sha1: string;
  readonly text: string;
}

/** Sends a script by its hash, and whole where Redis has forgotten it or never knew it. */
export async function runScript(
  client: RedisClient,
  { sha1, text }: RedisScript,
  given: ScriptArguments,
): Promise<unknown> {
  try {
    return await client.evalSha(sha1, given);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
    return client.eval(text, given);
  }
}

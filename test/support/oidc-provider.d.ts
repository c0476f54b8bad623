declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  /** What of a request's context its configuration reads. */
  export interface ProviderContext {
    readonly oidc: {
      readonly provider: Provider;
      readonly params?: { readonly scope?: string };
      readonly client?: { readonly clientId: string };
      readonly session?: { readonly accountId?: string };
    };
  }

  /** What a person has allowed a client. */
  export interface Grant {
    addOIDCScope(scope: string): void;
    addResourceScope(resource: string, scope: string): void;
    save(): Promise<string>;
  }

  /** An OpenID provider; it brings no types of its own. */
  export class Provider {
    constructor(issuer: string, configuration: object);
    readonly Grant: new (of: {
      clientId: string | undefined;
      accountId: string | undefined;
    }) => Grant;
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    /** Ends the interaction that a request belongs to: with a login, or with an error. */
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>;
    on(event: string, listener: (context: ProviderContext, error: Error) => void): void;
  }
}

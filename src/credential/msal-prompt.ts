import type { AccountInfo, AuthenticationResult, IPublicClientApplication, PopupRequest } from '@azure/msal-browser';
import { systemClock } from '../clock.ts';

/** How often it is looked whether the window is still open, ms. */
const LOOK_MS = 100;
/** A window that is done closes itself, and its token comes a little later, ms. */
const GRACE_MS = 1_200;
/** A page that has not left by then stays, ms. */
const LEAVE_MS = 30_000;

/** Why a prompt failed, in MSAL's manner. */
export class PromptError extends Error {
  override readonly name = 'PromptError';
  readonly errorCode: string;
  constructor(errorCode: string) {
    super(errorCode);
    this.errorCode = errorCode;
  }
}

/** Where one app's calls ask a person, one after the other. */
export interface Desk {
  /** Initializes the app, and reads what it came back with, once. */
  ready(returns: boolean): Promise<void>;
  /**
   * Asks a person. One at a time, so nobody may be asked while `open`.
   * @returns what the prompt brings, for the others who wait, too.
   */
  ask(how: 'popup' | 'redirect', request: PopupRequest): Promise<AuthenticationResult>;
  /** What the prompt brings that is open, or was last. */
  readonly latest: Promise<AuthenticationResult> | undefined;
  readonly open: boolean;
  /** How many prompts have ended. */
  readonly ended: number;
  /** Who signed in last. */
  readonly account: AccountInfo | undefined;
}

const desks = new WeakMap<IPublicClientApplication, Desk>();

/** The desk of an app, however many sources it has. */
export function deskOf(app: IPublicClientApplication): Desk {
  const desk = desks.get(app) ?? createDesk(app);
  desks.set(app, desk);
  return desk;
}

function createDesk(app: IPublicClientApplication): Desk {
  let initialized: Promise<void> | undefined;
  let returned: Promise<unknown> | undefined;
  /** The page came back from the login page with this. */
  let refusal: { readonly error: unknown } | undefined;
  let latest: Promise<AuthenticationResult> | undefined;
  let account: AccountInfo | undefined;
  let open = false;
  let ended = 0;
  /** A window was closed, and MSAL waits for it still. */
  let forsaken = false;

  const remember = (result: AuthenticationResult): AuthenticationResult => {
    account = result.account;
    return result;
  };

  async function popup(request: PopupRequest): Promise<AuthenticationResult> {
    const over = new AbortController();
    let onClosed: (error: Error) => void = () => {};
    const closed = new Promise<never>((_, reject) => {
      onClosed = reject;
    });
    const listener = app.addEventCallback(
      ({ payload }) => {
        if (!payload || !('popupWindow' in payload)) return;
        untilClosed(payload.popupWindow, over.signal).then(
          () => onClosed(new PromptError('window_closed')),
          () => {},
        );
      },
      ['msal:popupOpened'],
    );
    // Takes over from a window that is gone, and from no other.
    const asked = app
      .acquireTokenPopup({ ...request, ...(forsaken && { overrideInteractionInProgress: true }) })
      .then(remember);
    let waits = true;
    const done = (): void => {
      waits = false;
      forsaken = false;
    };
    asked.then(done, done);
    try {
      return await Promise.race([asked, closed]);
    } finally {
      over.abort();
      if (listener !== null) app.removeEventCallback(listener);
      forsaken = waits;
    }
  }

  async function redirect(request: PopupRequest): Promise<never> {
    // What came back with an error would do so again, at once perhaps, and the page would never come to rest.
    if (refusal) throw refusal.error;
    const over = new AbortController();
    try {
      await Promise.race([app.acquireTokenRedirect(request), systemClock.sleep(LEAVE_MS, over.signal)]);
    } finally {
      over.abort();
    }
    throw new PromptError('redirect_stays');
  }

  return {
    async ready(returns) {
      initialized ??= app.initialize().catch((error) => {
        initialized = undefined;
        throw error;
      });
      await initialized;
      if (!returns) return;
      returned ??= app.handleRedirectPromise().then(
        (result) => result && remember(result),
        (error) => {
          refusal = { error };
        },
      );
      await returned;
    },
    ask(how, request) {
      open = true;
      const end = (): void => {
        open = false;
        ended++;
      };
      const asked = how === 'popup' ? popup(request) : redirect(request);
      latest = asked;
      asked.then(end, end);
      return asked;
    },
    get latest() {
      return latest;
    },
    get open() {
      return open;
    },
    get ended() {
      return ended;
    },
    get account() {
      return account;
    },
  };
}

/**
 * Resolves when a person has closed the window. Where the pages' opener policy parts the two, a window says that it is closed
 * while it is open, but then the page does not have the focus.
 */
async function untilClosed(window: Window, signal: AbortSignal): Promise<void> {
  const opener: Window | null = window.opener;
  // What was parted from the page already can tell it nothing.
  if (!opener) return new Promise(() => {});
  while (!(window.closed && opener.document.hasFocus())) await systemClock.sleep(LOOK_MS, signal);
  await systemClock.sleep(GRACE_MS, signal);
}

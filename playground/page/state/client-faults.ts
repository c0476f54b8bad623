/** Something that befalls all clients with one click. */
export interface ClientFault {
  readonly fault: 'offline' | 'reload' | 'forget';
  readonly label: string;
  readonly hint: string;
  readonly seconds: number;
}

export const offline: ClientFault = {
  fault: 'offline',
  label: 'Offline',
  hint: 'The clients have no network for 10 s: nobody’s fault, nothing to learn',
  seconds: 10,
};

export const reload: ClientFault = {
  fault: 'reload',
  label: 'Reload',
  hint: 'The clients start anew, as a page that is loaded again, and know what they stored',
  seconds: 1,
};

export const forget: ClientFault = {
  fault: 'forget',
  label: 'Forget',
  hint: 'The clients start anew, and what they stored is gone',
  seconds: 1,
};

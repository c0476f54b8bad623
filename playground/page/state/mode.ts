import { signal } from '@preact/signals';

/** `virtual`: regions in this page, in virtual time. `live`: those of the command that opened it, in real time. */
export const mode = signal<'virtual' | 'live'>('virtual');

/** A fault that one click, or one key, puts on a region. */
export interface OneClickFault {
  readonly id: string;
  readonly label: string;
  /** Upper case; after a digit that names the region. */
  readonly key?: string;
  /** As the simulator reads it. */
  readonly fault: string;
  readonly hint: string;
}

export const oneClickFaults: readonly OneClickFault[] = [
  { id: 'refuse', label: 'Refuse', key: 'R', fault: 'refused', hint: 'Nobody listens: connections are refused' },
  { id: 'hang', label: 'Hang', key: 'H', fault: 'silence', hint: 'Calls are taken, and never answered' },
  { id: '429', label: '429', key: 'T', fault: '429(20)', hint: 'Throttled: retry after 20 seconds' },
  { id: '503', label: '503', key: 'E', fault: 'status(503)', hint: 'Service unavailable, at once' },
  { id: 'slow', label: 'Slow', key: 'S', fault: 'slow(x8)', hint: 'The model takes 8 times as long' },
  { id: 'cut', label: 'Cut stream', key: 'X', fault: 'rst:sse:3', hint: 'Streams are reset after 3 events' },
  { id: 'key', label: 'Bad key', fault: 'key', hint: 'Every API key is refused: 401' },
  { id: 'nodeploy', label: 'No deployment', fault: 'nodeploy(gpt-4o)', hint: 'gpt-4o is not there: 404' },
  { id: 'flap', label: 'Flap', fault: 'flap(3,3)', hint: 'Up for 3 seconds, down for 3, and so on' },
];

/** Sentences of the page that is shown while the server is away; kept in the browser with it. */
export const en = {
  title: 'Not connected',
  noNetwork: 'This device has no network.',
  serverAway: 'The server does not answer.',
  heading: 'Nothing live can be shown now.',
  heard: 'Last heard from:',
  nothingLost:
    'What is said meanwhile is recorded where it is received, and will be here to be read.',
  trying: 'This page tries again by itself.',
  tryNow: 'Try now',
  back: 'The server is there again.',
  show: 'Show the page',
  kept: 'What you read last',
  keptWhat: 'Kept in this browser for a day. It is not live.',
  keptNone:
    'The last lines of a channel that you read are kept in this browser for a day; there are none.',
  upTo: 'up to',
}

export type OfflineMessages = typeof en
